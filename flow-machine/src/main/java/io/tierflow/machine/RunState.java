package io.tierflow.machine;

/** Where a run is. */
public enum RunState {
  /** Taken while its flow is paused: nothing is sent yet. */
  QUEUED,
  /** Some stage is out or waits for another. */
  RUNNING,
  /** Stopped from sending anything new. */
  PAUSED,
  /** Every pipeline succeeded. */
  SUCCEEDED,
  /** A stage failed for good, and nothing is out any more. */
  FAILED,
  /** A user ended it. */
  CANCELLED;

  /** Whether nothing changes any more. */
  public boolean isTerminal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }
}
