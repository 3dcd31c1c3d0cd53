package io.tierflow.worker.resilience;

import java.time.Duration;

/** Whether a handler may be called now. */
public sealed interface Entry permits Entry.Later, Call {

  /**
   * Not now.
   *
   * @param after how long the task should wait at least
   * @param why one line for a person
   */
  record Later(Duration after, String why) implements Entry {}
}
