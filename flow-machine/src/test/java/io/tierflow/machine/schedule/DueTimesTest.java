package io.tierflow.machine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.flow.Schedule;
import io.tierflow.flow.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DueTimesTest {

  static final List<Timing> TIMINGS =
      List.of(
          new Every(Duration.ofSeconds(1)),
          new Every(Duration.ofMinutes(7)),
          new Every(Duration.ofDays(1)),
          Cron.parse("* * * * *", Cron.UTC),
          Cron.parse("*/20 2 * * *", ZoneId.of("Europe/Berlin")),
          Cron.parse("30 * * * *", ZoneId.of("America/New_York")),
          Cron.parse("0 9-17/4 * * 1-5", ZoneId.of("Australia/Lord_Howe")));

  @Test
  void theLastThatHasComeIsThatOfAWalkThroughAllOfThem() {
    Random random = new Random(1);
    for (int i = 0; i < 4000; i++) {
      DueTimes times = random(random);
      Instant after = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000));
      Instant now = after.plusSeconds(random.nextInt(random.nextBoolean() ? 100 : 20_000));
      List<Instant> all = times.come(after, now, Integer.MAX_VALUE);
      assertThat(times.lastCome(after, now))
          .as("case %s: %s after %s at %s", i, times, after, now)
          .isEqualTo(all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1)));
    }
  }

  @Test
  void findsTheLastOfAHundredYearsAtOnce() {
    for (Timing timing : TIMINGS) {
      DueTimes times = new DueTimes("f", Schedule.of(timing));
      Instant now = Instant.parse("2126-01-01T00:00:00Z");
      Instant last = times.lastCome(Instant.parse("2026-01-01T00:00:00Z"), now).orElseThrow();
      assertThat(last).isBeforeOrEqualTo(now);
      assertThat(times.next(last)).isAfter(now);
    }
  }

  @Test
  void momentsAreNeverEarlyNorPastTheJitterAndSpreadOverIt() {
    Duration jitter = Duration.ofSeconds(30);
    DueTimes times = withJitter("f", new Every(Duration.ofMinutes(1)), jitter);
    DueTimes other = withJitter("g", new Every(Duration.ofMinutes(1)), jitter);
    Instant due = Instant.parse("2026-01-01T00:00:00Z");
    long sum = 0;
    int same = 0;
    for (int i = 0; i < 1000; i++) {
      long late = Duration.between(due, times.moment(due)).toMillis();
      assertThat(late).isBetween(0L, 29_999L);
      sum += late;
      same += times.moment(due).equals(other.moment(due)) ? 1 : 0;
      due = times.next(due);
    }
    assertThat(sum / 1000).isBetween(14_000L, 16_000L);
    assertThat(same).as("two flows start together").isLessThan(5);
  }

  static DueTimes withJitter(String flow, Timing timing, Duration jitter) {
    Schedule base = Schedule.of(timing);
    return new DueTimes(
        flow,
        new Schedule(
            timing, base.catchUp(), base.overlap(), jitter, base.input(), base.completeWithin()));
  }

  static DueTimes random(Random random) {
    Timing timing = TIMINGS.get(random.nextInt(TIMINGS.size()));
    int most = timing instanceof Every every && every.interval().toSeconds() == 1 ? 1000 : 60_000;
    return withJitter(
        "flow-" + random.nextInt(9),
        timing,
        Duration.ofMillis(random.nextBoolean() ? 0 : random.nextInt(most)));
  }
}
