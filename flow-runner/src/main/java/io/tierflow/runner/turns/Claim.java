package io.tierflow.runner.turns;

import io.tierflow.flow.Priority;
import java.time.Instant;
import java.util.Optional;

/**
 * Whose task wants to be sent where.
 *
 * @param lane the class, or one launcher's lane of it
 * @param submittedAt when its run was submitted: of one flow's runs, the oldest goes first
 * @param limit the rate of its stage, if it has one
 */
public record Claim(
    String lane, String flow, Priority priority, Instant submittedAt, Optional<Limit> limit) {

  /** One that no rate limits. */
  public Claim(String lane, String flow, Priority priority, Instant submittedAt) {
    this(lane, flow, priority, submittedAt, Optional.empty());
  }

  /** With whom it waits in one queue: its flow, or its stage, where that may have to wait alone. */
  String queue() {
    return limit.map(Limit::stage).orElse(flow);
  }
}
