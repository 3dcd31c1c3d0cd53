package io.tierflow.worker.isolation;

import io.tierflow.flow.Failure;
import io.tierflow.handler.StageException;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a child process does: reads what the worker asks for, calls handlers on threads of their
 * own, one at a time, and ends with the worker. Used by the child's main thread.
 */
final class ChildLoop {

  private static final Logger log = LoggerFactory.getLogger(ChildLoop.class);

  /** The exit code of a child whose worker is gone; nobody reads it. */
  private static final int ORPHANED = 143;

  /** The exit code of a child that cannot go on: no thread can be made, for example. */
  static final int BROKEN = 70;

  private final FrameChannel worker;
  private final ThreadCalls calls;
  private final int threadsBefore;
  private Task current; // guarded by this; null between tasks

  private record Task(ChildContext context, Thread thread) {}

  ChildLoop(FrameChannel worker, ThreadCalls calls) {
    this.worker = worker;
    this.calls = calls;
    this.threadsBefore = Thread.activeCount();
  }

  /** Says hello and works; returns never, unless the first words cannot be said. */
  void run(String token) throws IOException {
    worker.write(new Frame.Hello(token, calls.names()));
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(ChildLoop::daemon);
    var unused = timer.scheduleAtFixedRate(this::tellAlive, 1, 1, TimeUnit.SECONDS);
    try {
      while (true) {
        obey(worker.read());
      }
    } catch (IOException e) {
      log.debug("the worker is gone: ending", e);
      halt(ORPHANED);
    } catch (RuntimeException | Error e) { // a child that does not listen must not look alive
      log.error("the handler's process is broken", e);
      halt(BROKEN);
    }
  }

  /** Ends this process; no shutdown hook of a handler may hold it up. */
  private static void halt(int exitCode) {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().halt(exitCode);
  }

  private void obey(Frame frame) {
    if (frame instanceof Frame.Run run) {
      ChildContext context = (ChildContext) run.context();
      // A new thread for each task: what a handler leaves in its thread ends with it.
      Thread thread = new Thread(() -> work(run), "handler");
      synchronized (this) {
        current = new Task(context, thread);
      }
      thread.start();
    } else if (frame instanceof Frame.Cancel) {
      cancel();
    }
  }

  private synchronized void cancel() {
    if (current != null) {
      current.context().cancel();
      current.thread().interrupt();
    }
  }

  private void work(Frame.Run run) {
    try {
      Frame ending = call(run);
      synchronized (this) {
        current = null;
      }
      Thread.interrupted(); // a cancellation that came too late must not hit the reply
      worker.write(ending);
    } catch (IOException e) {
      log.debug("the worker did not take the end of a task", e);
    } catch (RuntimeException | Error e) { // the worker would wait for it for ever
      log.error("the end of a task cannot be told", e);
      halt(BROKEN);
    }
  }

  @SuppressWarnings({"InterruptedExceptionSwallowed", "PMD.AvoidCatchingThrowable"})
  // Whatever a handler throws, errors included, is the failure of its attempt and no more.
  private Frame call(Frame.Run run) {
    try {
      HandlerCalls.Result result =
          calls.call(
              new HandlerCalls.Call(
                  run.handler(),
                  run.input(),
                  run.context(),
                  run.maxOutputBytes(),
                  HandlerCalls.Witness.NONE));
      return result instanceof HandlerCalls.Returned returned
          ? new Frame.Returned(returned.contentType(), returned.output(), threads())
          : failed(((HandlerCalls.Failed) result).failure());
    } catch (Throwable thrown) {
      return failed(StageException.failureOf(thrown));
    }
  }

  private Frame failed(Failure failure) {
    return new Frame.Failed(failure, threads());
  }

  /** Not counting the handler's own thread. */
  private int threads() {
    return Math.max(0, Thread.activeCount() - 1 - threadsBefore);
  }

  private void tellAlive() {
    try {
      worker.write(new Frame.Alive());
    } catch (IOException e) {
      log.debug("the worker is gone", e); // the reading thread ends this process
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "alive");
    thread.setDaemon(true);
    return thread;
  }
}
