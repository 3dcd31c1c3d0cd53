package io.tierflow.machine.expect;

import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.flow.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is expected: a completion by one due time, or one for each due time of a schedule. Exactly
 * one of {@code due}, {@code every} and {@code cron} is there. Immutable.
 *
 * @param due the one due time
 * @param every the longest time between two completions, counted from the last one
 * @param cron when the work starts, as five fields
 * @param zone whose clocks the cron expression means; default UTC
 * @param within how long after its due time a completion may come before it is flagged
 * @param labels for the user's own sorting
 */
public record Expectation(
    Optional<Instant> due,
    Optional<Duration> every,
    Optional<String> cron,
    Optional<String> zone,
    Duration within,
    Map<String, String> labels) {

  /** The longest time that is allowed after a due time when nothing is said. */
  public static final Duration DEFAULT_WITHIN = Duration.ofHours(1);

  /** Copies the labels; checks nothing but that due times are said once. */
  public Expectation {
    int said = (due.isPresent() ? 1 : 0) + (every.isPresent() ? 1 : 0) + (cron.isPresent() ? 1 : 0);
    if (said != 1) {
      throw new IllegalArgumentException(
          "found " + said + " of due, every and cron, expected one of them");
    }
    Objects.requireNonNull(within, "within");
    labels = Map.copyOf(labels);
  }

  /** A completion by a time. */
  public static Expectation by(Instant due) {
    return new Expectation(
        Optional.of(due),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Duration.ZERO,
        Map.of());
  }

  /** A completion for each due time, by {@link #DEFAULT_WITHIN} or the time between two of them. */
  public static Expectation of(Timing timing, Instant now) {
    Optional<Duration> every =
        timing instanceof Every interval ? Optional.of(interval.interval()) : Optional.empty();
    Optional<String> cron =
        timing instanceof Cron times ? Optional.of(times.expression()) : Optional.empty();
    Optional<String> zone =
        timing instanceof Cron times ? Optional.of(times.zone().getId()) : Optional.empty();
    Instant next = timing.next(now);
    Duration gap = Duration.between(next, timing.next(next));
    Duration within = gap.compareTo(DEFAULT_WITHIN) < 0 ? gap : DEFAULT_WITHIN;
    return new Expectation(Optional.empty(), every, cron, zone, within, Map.of());
  }

  /** The same with another time to complete in, and labels. */
  public Expectation with(Duration newWithin, Map<String, String> newLabels) {
    return new Expectation(due, every, cron, zone, newWithin, newLabels);
  }

  /** Whether it is for one completion only. */
  public boolean isOnce() {
    return due.isPresent();
  }

  /** The schedule of a cron expression; empty when it has none. */
  Optional<Timing> timing() {
    return cron.map(text -> Cron.parse(text, zone.map(ZoneId::of).orElse(Cron.UTC)));
  }

  /** The first due time when the work was last heard of then. */
  Instant firstDue(Instant heard) {
    return due.orElseGet(
        () -> every.map(heard::plus).orElseGet(() -> timing().orElseThrow().next(heard)));
  }

  /** Whether the other expects the same, labels aside. */
  boolean expectsAs(Expectation other) {
    return due.equals(other.due)
        && every.equals(other.every)
        && cron.equals(other.cron)
        && zone.equals(other.zone)
        && within.equals(other.within);
  }
}
