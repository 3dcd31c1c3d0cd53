package io.tierflow.machine;

/** Where a pipeline of a run is. */
public enum PipelineState {
  /** Waits for the pipelines before it. */
  WAITING,
  /** Some stage of it is out. */
  RUNNING,
  /** Every stage succeeded or was skipped. */
  SUCCEEDED,
  /** A stage of it failed for good. */
  FAILED,
  /** It never started, because a pipeline before it failed or the run was cancelled. */
  CANCELLED;

  /** Whether nothing changes any more. */
  public boolean isTerminal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }
}
