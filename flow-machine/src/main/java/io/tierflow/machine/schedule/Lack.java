package io.tierflow.machine.schedule;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Due times in a row whose work nobody is about to do.
 *
 * @param first the first of them
 * @param last the last of them, itself included
 */
public record Lack(Instant first, Instant last, Undone why) {

  static Lack of(Instant due, Undone why) {
    return new Lack(due, due, why);
  }

  boolean has(Instant due) {
    return !due.isBefore(first) && !due.isAfter(last);
  }

  /** Both in one, if the other goes on where this one ends. */
  Optional<Lack> joined(Lack next, DueTimes times) {
    return why == next.why && times.next(last).equals(next.first)
        ? Optional.of(new Lack(first, next.last, why))
        : Optional.empty();
  }

  /** Those up to a time; there is one at least. Of other due times than are planned now, some. */
  Lack until(Instant end, DueTimes times) {
    return end.isBefore(last)
        ? new Lack(first, times.last(first.minusMillis(1), end).orElse(first), why)
        : this;
  }

  /** Those after a due time that is one of them. */
  Optional<Lack> after(Instant due, DueTimes times) {
    if (!due.isBefore(last)) {
      return Optional.empty();
    }
    Instant next = times.next(due);
    return Optional.of(new Lack(next.isAfter(last) ? last : next, last, why));
  }

  /** The others, when the work of one is done. */
  Stream<Lack> without(Instant due, DueTimes times) {
    if (!has(due)) {
      return Stream.of(this);
    }
    Stream<Lack> before =
        due.equals(first) ? Stream.empty() : Stream.of(until(due.minusMillis(1), times));
    return Stream.concat(before, after(due, times).stream());
  }
}
