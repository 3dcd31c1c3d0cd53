package io.tierflow.runner.profile;

import io.tierflow.client.ElementsView;
import java.time.Duration;

/**
 * Where the time of one stage of a finished run went. Immutable.
 *
 * @param resourceClass the class of the last attempt
 * @param state as the run shows it
 * @param worker who worked the last attempt; empty when nobody did
 * @param attempts how many were dispatched; 0 for a stage that never was
 * @param queue from dispatch to start, over all attempts
 * @param run from start to end, over all attempts; of a for-each stage from the first start to the
 *     last end of its elements
 * @param gap from the end of what it waited for (or the run's submission) to its first dispatch
 * @param critical whether it lies on the critical path
 * @param share the part of the run's total that it takes on the critical path, 0 to 1; 0 off it
 * @param elements set for a for-each stage, else null
 */
public record StageProfile(
    String pipeline,
    String stage,
    String resourceClass,
    String state,
    String worker,
    int attempts,
    Duration queue,
    Duration run,
    Duration gap,
    boolean critical,
    double share,
    ElementsView elements) {

  /** The stage's name with its pipeline's: {@code report/core-logic}. */
  public String path() {
    return pipeline + "/" + stage;
  }

  StageProfile onCriticalPath(double part) {
    return new StageProfile(
        pipeline,
        stage,
        resourceClass,
        state,
        worker,
        attempts,
        queue,
        run,
        gap,
        true,
        part,
        elements);
  }
}
