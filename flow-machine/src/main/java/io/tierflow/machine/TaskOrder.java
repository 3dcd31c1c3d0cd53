package io.tierflow.machine;

import io.tierflow.flow.Stage;
import java.time.Instant;

/**
 * An attempt to be sent to the topic of its lane, with all that a worker needs.
 *
 * @param suspect whether an earlier attempt lost its worker, perhaps by the task's own doing
 */
public record TaskOrder(
    TaskKey task,
    int attempt,
    String resourceClass,
    Stage stage,
    Content input,
    Instant dispatchedAt,
    boolean suspect) {

  /** Where it is sent: the lane of its class and launcher. */
  public String lane() {
    return stage.launcher().lane(resourceClass);
  }
}
