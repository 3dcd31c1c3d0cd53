package io.tierflow.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * When a flow runs by itself. Immutable, as long as nobody changes the input.
 *
 * @param timing the due times
 * @param catchUp what becomes of due times that no runner was there for; default LAST
 * @param overlap what becomes of a due time while the run of an earlier one is still out; default
 *     SKIP
 * @param jitter each due time's run starts up to this much later, by an amount that follows from
 *     the flow's name and the due time; default zero
 * @param input what each run gets; default an empty object
 * @param completeWithin how long after its due time a run must have ended, else it is flagged
 *     SCHEDULE_MISSED; default not watched
 */
public record Schedule(
    Timing timing,
    CatchUp catchUp,
    Overlap overlap,
    Duration jitter,
    JsonNode input,
    Optional<Duration> completeWithin) {

  /** The most that jitter may be. */
  public static final Duration MAX_JITTER = Duration.ofHours(1);

  /** What becomes of due times that no runner was there for. */
  public enum CatchUp {
    /** They are left out; one that is late by no more than a minute counts as in time. */
    NONE,
    /** The newest is run, the others are left out. */
    LAST,
    /** All are run, in their order. */
    ALL
  }

  /** What becomes of a due time while the run of an earlier one is still out. */
  public enum Overlap {
    /** It is left out. */
    SKIP,
    /** Its run starts when the earlier ones have ended. */
    QUEUE,
    /** Its run starts at once. */
    ALLOW
  }

  /** Nothing may be null. */
  public Schedule {
    Objects.requireNonNull(timing, "timing");
    Objects.requireNonNull(catchUp, "catchUp");
    Objects.requireNonNull(overlap, "overlap");
    Objects.requireNonNull(jitter, "jitter");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(completeWithin, "completeWithin");
  }

  /** These due times, and the defaults for everything else. */
  public static Schedule of(Timing timing) {
    return new Schedule(
        timing,
        CatchUp.LAST,
        Overlap.SKIP,
        Duration.ZERO,
        JsonNodeFactory.instance.objectNode(),
        Optional.empty());
  }
}
