package io.tierflow.machine;

/**
 * Names a stage of a run, or one element of its for-each.
 *
 * @param index the element's position from 0, or {@link #WHOLE} for the stage itself
 */
public record TaskKey(String pipeline, String stage, int index) {

  /** The index of a plain stage, and of a for-each as a whole. */
  public static final int WHOLE = -1;

  // Equality by hand: all of a decision's look-ups go through it.
  @Override
  public boolean equals(Object other) {
    return other instanceof TaskKey o
        && index == o.index
        && stage.equals(o.stage)
        && pipeline.equals(o.pipeline);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * pipeline.hashCode() + stage.hashCode()) + index;
  }

  /** The stage itself. */
  public static TaskKey of(String pipeline, String stage) {
    return new TaskKey(pipeline, stage, WHOLE);
  }

  /** One element of this stage's for-each. */
  public TaskKey element(int at) {
    return new TaskKey(pipeline, stage, at);
  }

  /** The stage this element belongs to; a stage's own key is its own. */
  public TaskKey whole() {
    return isElement() ? of(pipeline, stage) : this;
  }

  /** Whether this names an element of a for-each. */
  public boolean isElement() {
    return index != WHOLE;
  }

  /** The task's id: the same for every attempt, and unique among all runs. */
  public String taskId(String runId) {
    return runId + "/" + this;
  }

  @Override
  public String toString() {
    return isElement() ? pipeline + "/" + stage + "/" + index : pipeline + "/" + stage;
  }
}
