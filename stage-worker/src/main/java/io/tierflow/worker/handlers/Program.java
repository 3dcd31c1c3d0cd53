package io.tierflow.worker.handlers;

import io.tierflow.handler.StageException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A running program, wherever it runs. Used by one thread, but for its three streams, which are
 * served by a thread each.
 */
public interface Program extends AutoCloseable {

  /** Its standard input; closing it says that there is no more. */
  OutputStream input();

  /** Its standard output. */
  InputStream output();

  /** Its standard error. */
  InputStream error();

  /**
   * Its exit code once it has ended; above 128 that of a signal and 128. It completes with a {@link
   * StageException} instead where it cannot be told any more how the program ends.
   */
  CompletableFuture<Integer> end();

  /**
   * Makes sure that nothing of its output was lost, once it has ended and its output with it.
   *
   * @throws StageException if something may have been
   */
  void checkOutput() throws StageException, InterruptedException;

  /** How long its output may stay open after its end, on its way or held by what it started. */
  Duration drainGrace();

  /**
   * Ends it with what it started, if it still runs: first by SIGTERM, after a second by SIGKILL.
   */
  void stop() throws InterruptedException;

  /**
   * Fetches the files that it was to leave.
   *
   * @throws StageException if there is none of such a name, or it cannot be copied
   */
  void fetch() throws StageException, InterruptedException;

  /** Gives up all that is held for it; it has ended, or was stopped. */
  @Override
  void close();
}
