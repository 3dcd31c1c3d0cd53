package io.tierflow.standalone.guarantees;

import io.tierflow.schemas.RunEvent;
import java.time.Instant;

/**
 * An event where it lies in the log.
 *
 * @param runId its run
 * @param at when it was decided
 * @param record number of its record among all that were read: events of one record are one
 *     decision
 * @param event what it says
 * @param repeated whether the log has it earlier, which at-least-once allows
 */
record LoggedEvent(String runId, Instant at, int record, RunEvent event, boolean repeated) {

  String type() {
    return event.getType();
  }

  boolean is(String... types) {
    for (String type : types) {
      if (type.equals(type())) {
        return true;
      }
    }
    return false;
  }

  /** The stage or element: {@code pipeline/stage} or {@code pipeline/stage/index}. */
  String task() {
    String stage = stage();
    return event.getIndex() == null ? stage : stage + "/" + event.getIndex();
  }

  /** The stage: {@code pipeline/stage}. */
  String stage() {
    return event.getPipeline() + "/" + event.getStage();
  }

  /** The attempt among those of all runs. */
  String attempt() {
    return runId + "/" + task() + "#" + event.getAttempt();
  }
}
