package io.tierflow.machine;

/** Where a stage, an element of a for-each, or an attempt is. */
public enum StageState {
  /** Its input is not there yet, or its turn has not come. */
  WAITING,
  /** Of an attempt: not sent, since its class or its flow is paused; its stage is QUEUED. */
  HELD,
  /** Sent to its topic. */
  QUEUED,
  /** A worker said that it works on it. */
  RUNNING,
  /** It failed, and the next attempt waits for its time. */
  RETRYING,
  /** Its output is there. */
  SUCCEEDED,
  /** It failed for good. */
  FAILED,
  /** Its condition was not met; its input is handed on. */
  SKIPPED,
  /** It was not needed any more. */
  CANCELLED;

  /** Whether nothing changes any more. */
  public boolean isTerminal() {
    return this == SUCCEEDED || this == FAILED || this == SKIPPED || this == CANCELLED;
  }

  /** Whether the next step may go on from here. */
  public boolean isDone() {
    return this == SUCCEEDED || this == SKIPPED;
  }
}
