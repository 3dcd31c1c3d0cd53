package io.tierflow.machine;

/**
 * Names a stage of a run, or one element of its for-each.
 *
 * @param index the element's position from 0, or {@link #WHOLE} for the stage itself
 */
public record TaskKey(String pipeline, String stage, int index) {

  /** The index of a plain stage, and of a for-each as a whole. */
  public static final int WHOLE = -1;

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
