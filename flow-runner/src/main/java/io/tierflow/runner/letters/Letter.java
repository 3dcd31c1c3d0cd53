package io.tierflow.runner.letters;

import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.StageTask;
import java.time.Instant;

/**
 * One dead letter and where it lies. Never changed.
 *
 * @param size bytes it takes in its topic
 */
public record Letter(int partition, long offset, DeadLetter content, int size) {

  /** Its name for users. */
  public String id() {
    return partition + "-" + offset;
  }

  /** When it was set aside. */
  Instant at() {
    return content.getAt();
  }

  /** Whether it holds a task, and not a record that nobody could decode. */
  boolean hasTask() {
    return content.getTask() != null;
  }

  /** Whose it is; null when not even that is known. */
  String runId() {
    return hasTask() ? content.getTask().getRunId() : content.getRunId();
  }

  /** {@code PIPELINE/STAGE}; null for a record. */
  String stage() {
    StageTask task = content.getTask();
    return task == null ? null : task.getPipeline() + "/" + task.getStage();
  }
}
