package io.tierflow.machine;

/**
 * Names past times of one kind: of a flow's runs, or of a stage's tasks in one lane, so that a
 * stage that was moved, or is launched otherwise, is not measured by its old class.
 *
 * @param kind what took that long
 * @param pipeline null for runs
 * @param stage null for runs
 * @param resourceClass the lane of class and launcher; null for runs
 */
public record Series(
    Budget.Kind kind, String flow, String pipeline, String stage, String resourceClass) {

  /** The past of a flow's runs. */
  public static Series ofRuns(String flow) {
    return new Series(Budget.Kind.DEADLINE, flow, null, null, null);
  }

  /** The past of a stage; of a for-each that of its elements. */
  public static Series of(Budget.Kind kind, String flow, TaskKey task, String lane) {
    return new Series(kind, flow, task.pipeline(), task.stage(), lane);
  }
}
