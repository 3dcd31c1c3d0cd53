package io.tierflow.worker.handlers;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One running program with its three pipes, all served at once so that none can block another. Used
 * by one thread; closing it stops the program and what it started, if they still run.
 */
final class ProgramRun implements AutoCloseable {

  /** How a program's run came to its end. */
  enum Ending {
    EXITED,
    TIMED_OUT,
    TOO_MUCH_OUTPUT,
    OUTPUT_HELD_OPEN
  }

  private static final Duration TERMINATION_GRACE = Duration.ofSeconds(1);
  private static final Duration DRAIN_GRACE = Duration.ofSeconds(2);

  // Idle threads end after a minute; three per program that runs.
  private static final ExecutorService PIPES =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "exec-pipe");
            thread.setDaemon(true);
            return thread;
          });

  private final Process process;
  private final PipeBuffer output;
  private final PipeBuffer error = PipeBuffer.keepingEnd(Excerpt.MAX_DETAIL_BYTES);
  private final CompletableFuture<Void> drained;

  private ProgramRun(Process process, int maxOutput) {
    this.process = process;
    this.output = PipeBuffer.keepingStart(maxOutput);
    this.drained =
        CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> output.drain(process.getInputStream()), PIPES),
            CompletableFuture.runAsync(() -> error.drain(process.getErrorStream()), PIPES));
  }

  static ProgramRun start(ProcessBuilder builder, int maxOutput) throws IOException {
    return new ProgramRun(builder.start(), maxOutput);
  }

  /** Writes the program's standard input and closes it, meanwhile going on. */
  void feed(byte[] input) {
    PIPES.execute(
        () -> {
          try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
          } catch (IOException e) {
            // Expected of a program that ends without reading its input, which it is free to do:
            // whether it did well, its exit code and its output say.
          }
        });
  }

  /** Waits for the program's end; one that was not EXITED has been stopped. */
  Ending await(Optional<Duration> timeout) throws InterruptedException {
    CompletableFuture<?> end = CompletableFuture.anyOf(process.onExit(), output.overflow());
    try {
      if (timeout.isPresent()) {
        end.get(timeout.get().toNanos(), TimeUnit.NANOSECONDS);
      } else {
        end.get();
      }
    } catch (TimeoutException e) {
      stop();
      return Ending.TIMED_OUT;
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a program cannot fail", e);
    }
    if (process.isAlive() && output.overflow().isDone()) {
      stop();
    }
    boolean complete = awaitDrained();
    if (output.overflow().isDone()) {
      return Ending.TOO_MUCH_OUTPUT;
    }
    return complete ? Ending.EXITED : Ending.OUTPUT_HELD_OPEN;
  }

  int exitCode() {
    return process.exitValue();
  }

  byte[] output() {
    return output.bytes();
  }

  String errorTail() {
    return Excerpt.head(error.bytes());
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      boolean interrupted = Thread.interrupted();
      try {
        stop();
      } catch (InterruptedException e) {
        interrupted = true;
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private boolean awaitDrained() throws InterruptedException {
    try {
      drained.get(DRAIN_GRACE.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("draining a pipe cannot fail", e);
    }
  }

  private void stop() throws InterruptedException {
    Set<ProcessHandle> all = new LinkedHashSet<>();
    all.add(process.toHandle());
    // Seen before the parent dies: its children are nobody's descendants afterwards.
    process.descendants().forEach(all::add);
    all.forEach(ProcessHandle::destroy);
    try {
      CompletableFuture.allOf(
              all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .get(TERMINATION_GRACE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // What did not listen is killed below.
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process cannot fail", e);
    } finally {
      process.descendants().forEach(all::add);
      all.forEach(ProcessHandle::destroyForcibly);
    }
    awaitDrained();
  }
}
