package io.tierflow.machine.expect;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What follows from an input.
 *
 * @param state to be kept, also when it is as it was; empty when nothing is to be kept any more
 * @param changes what changed it; none when the input was decided before
 * @param tell the flags that the input raised or cleared, now or when it was decided before, in
 *     order: {@link Flag#cause()} or {@link Flag#clearCause()} says which
 * @param wakeAt when to decide again
 * @param outcome what became of the input
 */
public record ExpectDecision(
    Optional<ExpectState> state,
    List<ExpectEvent> changes,
    List<ExpectEvent> tell,
    Optional<Instant> wakeAt,
    Outcome outcome) {

  /** What became of an input. */
  public sealed interface Outcome {
    /** It was not expected before. */
    record Created() implements Outcome {}

    /** It was expected otherwise before. */
    record Replaced() implements Outcome {}

    /** It was expected just so before, or the input was decided before. */
    record Unchanged() implements Outcome {}

    /** It is expected no longer. */
    record Removed() implements Outcome {}

    /** The report is kept. */
    record Kept(Report report) implements Outcome {}

    /** Nothing like that is expected. */
    record Unknown() implements Outcome {}
  }
}
