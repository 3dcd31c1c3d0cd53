package io.tierflow.worker.handlers;

import io.tierflow.handler.StageException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
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

  // Idle threads end after a minute; three per program that runs.
  private static final ExecutorService PIPES =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "exec-pipe");
            thread.setDaemon(true);
            return thread;
          });

  private final Program program;
  private final int maxOutput;
  private final PipeBuffer output;
  private final PipeBuffer error = PipeBuffer.keepingEnd(Excerpt.MAX_DETAIL_BYTES);
  private final CompletableFuture<Void> drained;

  ProgramRun(Program program, int maxOutput) {
    this.program = program;
    this.maxOutput = maxOutput;
    this.output = PipeBuffer.keepingStart(maxOutput);
    this.drained =
        CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> output.drain(program.output()), PIPES),
            CompletableFuture.runAsync(() -> error.drain(program.error()), PIPES));
  }

  /** How many bytes of standard output it may write. */
  int maxOutput() {
    return maxOutput;
  }

  /** Writes the program's standard input and closes it, meanwhile going on. */
  void feed(byte[] input) {
    PIPES.execute(
        () -> {
          try (OutputStream stdin = program.input()) {
            stdin.write(input);
          } catch (IOException e) {
            // Expected of a program that ends without reading its input, which it is free to do:
            // whether it did well, its exit code and its output say.
          }
        });
  }

  /**
   * Waits for the program's end; one that was not EXITED has been stopped.
   *
   * @throws StageException if it cannot be told any more how it ends, or what it wrote
   */
  Ending await(Optional<Duration> timeout) throws StageException, InterruptedException {
    CompletableFuture<?> end = CompletableFuture.anyOf(program.end(), output.overflow());
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
      if (e.getCause() instanceof StageException said) {
        throw said;
      }
      throw new IllegalStateException("waiting for a program cannot fail otherwise", e);
    }
    if (!program.end().isDone() && output.overflow().isDone()) {
      stop();
    }
    boolean complete = awaitDrained();
    if (output.overflow().isDone()) {
      return Ending.TOO_MUCH_OUTPUT;
    }
    if (!complete) {
      return Ending.OUTPUT_HELD_OPEN;
    }
    if (exitCode() == 0) {
      program.checkOutput();
    }
    return Ending.EXITED;
  }

  /** The exit code of a program that EXITED. */
  int exitCode() {
    return program.end().join();
  }

  byte[] output() {
    return output.bytes();
  }

  String errorTail() {
    return Excerpt.head(error.bytes());
  }

  /**
   * The last line of that, cut short: most often it says what was wrong. Empty if there is none.
   */
  String lastError() {
    return Excerpt.lastLine(error.bytes());
  }

  /** Fetches the files that a program was to leave. */
  void fetch() throws StageException, InterruptedException {
    program.fetch();
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted(); // else nothing could be waited for
    try {
      if (!program.end().isDone()) {
        stop();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      program.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void stop() throws InterruptedException {
    program.stop();
    awaitDrained();
  }

  private boolean awaitDrained() throws InterruptedException {
    try {
      drained.get(program.drainGrace().toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("draining a pipe cannot fail", e);
    }
  }
}
