package io.tierflow.worker;

import io.tierflow.schemas.Payload;
import io.tierflow.wire.payload.PayloadException;
import io.tierflow.worker.isolation.NotRunException;
import io.tierflow.worker.memory.Room;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The thread on which one slot's handlers run, and their seat in the worker's memory. A thread that
 * ignores its interrupt is given up: it may run on as a daemon, and the slot gets a new one, with
 * another seat. Used by the slot's owner thread only.
 */
final class HandlerThread implements AutoCloseable {

  private final String name;
  private final AtomicInteger abandoned;
  private ExecutorService executor;
  private Room.Seat seat;

  HandlerThread(String name, AtomicInteger abandoned, Room.Seat seat) {
    this.name = name;
    this.abandoned = abandoned;
    this.seat = seat;
    this.executor = newExecutor();
  }

  Room.Seat seat() {
    return seat;
  }

  Work start(Callable<Payload> body) {
    Work work = new Work(body);
    executor.execute(work);
    return work;
  }

  /** Leaves the thread to its work and takes a new one. */
  void abandon(Work work) {
    abandoned.incrementAndGet();
    var unused = work.done.whenComplete((outcome, error) -> abandoned.decrementAndGet());
    executor.shutdown();
    executor = newExecutor();
    seat.leave();
    seat = seat.another(); // whatever the thread does with its own
  }

  @Override
  public void close() {
    executor.shutdown();
  }

  private ExecutorService newExecutor() {
    return Executors.newSingleThreadExecutor(
        body -> {
          Thread thread = new Thread(body, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** One call of a handler; {@link #done} never completes with an exception. */
  static final class Work implements Runnable {

    final CompletableFuture<Outcome> done = new CompletableFuture<>();
    private final Callable<Payload> body;
    private Thread thread; // guarded by this; null before the start and after the end

    Work(Callable<Payload> body) {
      this.body = body;
    }

    /** Interrupts the handler, and only it: never what its thread does next. */
    synchronized void interrupt() {
      if (thread != null) {
        thread.interrupt();
      }
    }

    @Override
    public void run() {
      setThread(Thread.currentThread());
      Outcome outcome = call();
      setThread(null);
      Thread.interrupted(); // an interrupt that came too late must not hit the next task
      done.complete(outcome);
    }

    @SuppressWarnings({"InterruptedExceptionSwallowed", "PMD.AvoidCatchingThrowable"})
    // Whatever a handler throws, errors included, is the failure of its attempt and no more.
    private Outcome call() {
      try {
        return new Outcome.Succeeded(body.call());
      } catch (PayloadException.Unavailable | NotRunException e) {
        return new Outcome.Undone(e);
      } catch (Throwable thrown) {
        return new Outcome.Failed(Failures.of(thrown));
      }
    }

    private synchronized void setThread(Thread value) {
      thread = value;
    }
  }
}
