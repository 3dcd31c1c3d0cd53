package io.tierflow.worker.resilience;

import io.tierflow.flow.Failure;
import java.time.Duration;

/**
 * A handler may be called: the guards wait to hear how it ended. One that is closed without having
 * told counts for nothing. Thread-safe.
 */
public sealed interface Call extends Entry, AutoCloseable permits GuardedCall, Unguarded {

  /** A call that nobody guards. */
  Call UNGUARDED = new Unguarded();

  /** How long to wait before the handler is called, by its rate limit; zero for not at all. */
  Duration delay();

  /** The handler begins only now: what came before does not make the call a slow one. */
  void begins();

  /** It succeeded. */
  void succeeded();

  /**
   * It failed.
   *
   * @return what the runner is to hear: the failure, or, if the guards see in it the fault of what
   *     the handler calls, that the task is put off
   */
  Failure failed(Failure failure);

  @Override
  void close();
}
