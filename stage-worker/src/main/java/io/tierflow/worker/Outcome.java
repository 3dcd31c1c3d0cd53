package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.schemas.Payload;

/** How an attempt ended here. */
sealed interface Outcome {

  /** With an output, which is inline or in the payload store. */
  record Succeeded(Payload output) implements Outcome {}

  /** Without one. */
  record Failed(Failure failure) implements Outcome {}

  /**
   * Not its fault: the payload store is out of reach, or no process starts. The task goes back to
   * its topic.
   */
  record Undone(Exception why) implements Outcome {}
}
