package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.schemas.Payload;
import java.time.Duration;
import java.util.Optional;

/** How an attempt ended here. */
sealed interface Outcome {

  /** With an output, which is inline or in the payload store. */
  record Succeeded(Payload output) implements Outcome {}

  /** Without one. */
  record Failed(Failure failure) implements Outcome {}

  /**
   * Not its fault: the payload store is out of reach, or no process starts. The runner sends it
   * again a moment later. To its topic it could go back only as often as the broker delivers one
   * task.
   */
  record Undone(Exception why) implements Outcome {

    private static final Duration MOMENT = Duration.ofSeconds(1);

    /** As the runner is to hear of it. */
    Failure failure() {
      return new Failure(
          FailureKind.DEFERRED,
          "its worker could not work it: " + why.getMessage(),
          "",
          false,
          Optional.of(MOMENT));
    }
  }
}
