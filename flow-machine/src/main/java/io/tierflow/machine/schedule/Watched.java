package io.tierflow.machine.schedule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the latest completions of a schedule. Immutable.
 *
 * @param judged no due time up to here is looked at again
 * @param lacking due times after that which nobody is about to do any more, oldest first, at most
 *     {@link #MAX_LACKING} rows of them
 * @param missed the flag that stands, and the newest of those that were cleared; oldest first
 * @param decided the newest inputs that nothing else tells to be repetitions, the newest last
 */
public record Watched(
    Instant judged, List<Lack> lacking, List<Missed> missed, List<String> decided) {

  /** How many rows of due times are kept until their latest completion. */
  static final int MAX_LACKING = 100;

  /** How many flags are kept. */
  static final int MAX_MISSED = 12;

  /** How many inputs are known again when they come again. */
  static final int MAX_DECIDED = 32;

  /** Nothing has been looked at. */
  static final Watched NONE = new Watched(Instant.EPOCH, List.of(), List.of(), List.of());

  /** Copies the lists; null stands for an empty one. */
  public Watched {
    lacking = lacking == null ? List.of() : List.copyOf(lacking);
    missed = missed == null ? List.of() : List.copyOf(missed);
    decided = decided == null ? List.of() : List.copyOf(decided);
  }

  /** The flag that stands. */
  public Optional<Missed> standing() {
    return missed.stream().filter(Missed::isOpen).findFirst();
  }

  boolean isJudged(Instant due) {
    return !due.isAfter(judged);
  }

  Watched judgedUpTo(Instant due) {
    return due.isAfter(judged) ? new Watched(due, lacking, missed, decided) : this;
  }

  Watched decided(String cause) {
    return new Watched(judged, lacking, missed, newest(decided, cause, MAX_DECIDED));
  }

  Watched lacking(List<Lack> rows) {
    return new Watched(judged, rows, missed, decided);
  }

  /** Nobody is about to do these either; what has been judged is left out. */
  Watched lacksToo(Lack more, DueTimes times) {
    Optional<Lack> open = isJudged(more.first()) ? more.after(judged, times) : Optional.of(more);
    if (open.isEmpty()) {
      return this;
    }
    Lack row = open.get();
    List<Lack> all = new ArrayList<>(lacking);
    int at = 0;
    while (at < all.size() && all.get(at).first().isBefore(row.first())) {
      at++;
    }
    Optional<Lack> joined = at == 0 ? Optional.empty() : all.get(at - 1).joined(row, times);
    if (joined.isPresent()) {
      all.set(at - 1, joined.get());
    } else {
      all.add(at, row);
    }
    return lacking(all);
  }

  Watched raised(Missed flag) {
    return new Watched(judged, lacking, newest(missed, flag, MAX_MISSED), decided);
  }

  /** The same with another flag in place of the one that stands. */
  Watched standing(Missed flag) {
    return new Watched(
        judged, lacking, missed.stream().map(it -> it.isOpen() ? flag : it).toList(), decided);
  }

  /** What an input raised and cleared, in the order in which it did. */
  List<ScheduleEvent> told(String cause) {
    List<ScheduleEvent> told = new ArrayList<>();
    missed.stream()
        .filter(flag -> cause.equals(flag.clearCause()))
        .forEach(flag -> told.add(new ScheduleEvent.Cleared(flag)));
    missed.stream()
        .filter(flag -> cause.equals(flag.cause()))
        .forEach(flag -> told.add(new ScheduleEvent.Flagged(flag)));
    return told;
  }

  private static <T> List<T> newest(List<T> some, T next, int most) {
    List<T> all = new ArrayList<>(some);
    all.add(next);
    return all.subList(Math.max(0, all.size() - most), all.size());
  }
}
