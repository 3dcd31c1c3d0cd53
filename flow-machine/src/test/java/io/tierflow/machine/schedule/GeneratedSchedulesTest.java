package io.tierflow.machine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Every;
import io.tierflow.flow.Schedule;
import io.tierflow.flow.Schedule.CatchUp;
import io.tierflow.flow.Schedule.Overlap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random histories against a runner that crashes, a clock that jumps, and runs that take time. */
class GeneratedSchedulesTest {

  private static final int HISTORIES = 5000;
  private static final int STEPS = 120;

  @Test
  void everyDueTimeHasOneRunOrIsSaidToBeLeftOut() {
    int runs = 0;
    int crashes = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      CrashingScheduler scheduler = new CrashingScheduler(seed, CrashingScheduler.Trouble.CLOCK);
      scheduler.play(STEPS);
      scheduler.settle();
      check(scheduler, seed);
      runs += scheduler.submitted().size();
      crashes += scheduler.crashes();
    }
    assertThat(runs).isGreaterThan(HISTORIES);
    assertThat(crashes).isGreaterThan(HISTORIES);
  }

  private static void check(CrashingScheduler scheduler, int seed) {
    DueTimes times = scheduler.times().orElseThrow();
    Schedule schedule = times.schedule();
    String name = "seed " + seed + ": " + times;
    Set<Instant> expected = new TreeSet<>();
    Instant due = times.next(scheduler.appliedAt());
    while (!due.isAfter(scheduler.dealtWith())) {
      expected.add(due);
      due = times.next(due);
    }
    Set<Instant> covered = new HashSet<>(scheduler.submitted());
    Set<Instant> left = new HashSet<>();
    for (ScheduleDecision.LeftOut out : scheduler.leftOut()) {
      Instant next = times.next(out.first().minusMillis(1));
      for (; next.isBefore(out.before()); next = times.next(next)) {
        left.add(next);
      }
    }
    assertThat(Collections.disjoint(covered, left)).as(name + ", both run and left out").isTrue();
    covered.addAll(left);
    assertThat(covered).as(name).containsExactlyInAnyOrderElementsOf(expected);
    if (schedule.catchUp() == CatchUp.ALL && schedule.overlap() == Overlap.ALLOW) {
      assertThat(left).as(name).isEmpty();
    }
    if (schedule.overlap() != Overlap.ALLOW) {
      assertThat(scheduler.mostAtOnce()).as(name).isLessThanOrEqualTo(1);
    }
    assertThat(times.moment(due)).as(name + ", is up to date").isAfter(scheduler.now());
  }

  static DueTimes random(Random random) {
    DueTimes base =
        new DueTimes(
            "flow-" + random.nextInt(9),
            Schedule.of(
                random.nextInt(3) == 0
                    ? DueTimesTest.TIMINGS.get(1 + random.nextInt(6))
                    : new Every(Duration.ofSeconds(10 + random.nextInt(1200)))));
    Optional<Duration> within =
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(Duration.ofSeconds(1L << random.nextInt(15)));
    List<Duration> jitters = new ArrayList<>(List.of(Duration.ZERO, Duration.ofMillis(900)));
    return new DueTimes(
        base.flow(),
        new Schedule(
            base.schedule().timing(),
            List.of(CatchUp.values()).get(random.nextInt(3)),
            List.of(Overlap.values()).get(random.nextInt(3)),
            jitters.get(random.nextInt(2)),
            base.schedule().input(),
            within));
  }
}
