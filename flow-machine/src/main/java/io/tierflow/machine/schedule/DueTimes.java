package io.tierflow.machine.schedule;

import io.tierflow.flow.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The due times of one flow and their moments: a due time names a run, its moment is when that run
 * starts, later by the jitter. Immutable and thread-safe.
 *
 * @param flow the flow's name
 */
public record DueTimes(String flow, Schedule schedule) {

  /** The first due time later than this. */
  public Instant next(Instant after) {
    return schedule.timing().next(after);
  }

  /** When the run of a due time starts: the same whoever asks. */
  public Instant moment(Instant due) {
    long most = schedule.jitter().toMillis();
    if (most == 0) {
      return due;
    }
    long seed = flow.hashCode() * 0x9E3779B97F4A7C15L ^ due.toEpochMilli();
    return due.plusMillis(new SplittableRandom(seed).nextLong(most));
  }

  /** The first due times after {@code after} whose moments have come, at most {@code limit}. */
  List<Instant> come(Instant after, Instant now, int limit) {
    List<Instant> come = new ArrayList<>();
    Instant due = next(after);
    while (come.size() < limit && !moment(due).isAfter(now)) {
      come.add(due);
      due = next(due);
    }
    return come;
  }

  /** The last due time after {@code after} whose moment has come. */
  public Optional<Instant> lastCome(Instant after, Instant now) {
    Optional<Instant> last = Optional.empty();
    Instant due = next(shortlyBefore(after, now));
    while (!moment(due).isAfter(now)) {
      last = Optional.of(due);
      due = next(due);
    }
    return last;
  }

  /** The last due time after {@code after} and not after {@code end}, whatever their moments. */
  Optional<Instant> last(Instant after, Instant end) {
    return new DueTimes(flow, Schedule.of(schedule.timing())).lastCome(after, end);
  }

  /** How long after its due time the work must be done; empty when it is not watched. */
  Optional<Duration> within() {
    return schedule.completeWithin();
  }

  // After years without a runner, walking through all due times would take too long: so the walk
  // begins a little before now, further and further back until there is one.
  private Instant shortlyBefore(Instant after, Instant now) {
    Instant surelyCome = now.minus(schedule.jitter());
    Duration back = Duration.ofSeconds(1);
    while (true) {
      Instant from = surelyCome.minus(back);
      if (!from.isAfter(after)) {
        return after;
      }
      if (!next(from).isAfter(surelyCome)) {
        return from;
      }
      back = back.multipliedBy(2);
    }
  }
}
