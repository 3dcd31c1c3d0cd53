package io.tierflow.machine.rate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StartLogTest {

  @Test
  void noWindowOfOnePeriodEverHasMoreWhereverItBegins() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Rate rate =
          new Rate(1 + random.nextInt(600), Duration.ofMillis(1_000 + random.nextInt(60_000)));
      StartLog log = new StartLog();
      List<Long> starts = new ArrayList<>();
      long now = random.nextInt(1_000_000);
      for (int i = 0; i < 3_000; i++) {
        now +=
            (long) random.nextInt(2)
                * random.nextInt((int) (3 * rate.per().toMillis() / rate.calls()));
        if (log.within(rate, now) < rate.calls()) {
          log.add(rate, now);
          starts.add(now);
        }
      }
      for (int first = 0; first + rate.calls() < starts.size(); first++) {
        assertThat(starts.get(first + rate.calls()) - starts.get(first))
            .as("seed %d: from the first to one too many", seed)
            .isGreaterThanOrEqualTo(rate.per().toMillis());
      }
      assertThat(starts.size()).as("seed %d", seed).isGreaterThan(rate.calls() / 2);
    }
  }

  @Test
  void theNextGoesAsSoonAsTheOldestIsAPeriodAgo() {
    Rate rate = new Rate(2, Duration.ofSeconds(1));
    StartLog log = new StartLog();
    assertThat(log.nextAt(rate, 5_000)).isEmpty();
    log.add(rate, 5_000);
    log.add(rate, 5_300);
    assertThat(log.nextAt(rate, 5_400)).isEqualTo(OptionalLong.of(6_000));
    assertThat(log.within(rate, 5_999)).isEqualTo(2);
    assertThat(log.within(rate, 6_000)).isEqualTo(1);
    assertThat(log.nextAt(new Rate(1, Duration.ofSeconds(1)), 5_400))
        .as("a version of the flow that allows less")
        .isEqualTo(OptionalLong.of(6_300));
  }

  @Test
  void whereManyAreAllowedTheNextComesAtMostATwoHundredthOfThePeriodLate() {
    Rate rate = new Rate(1_000, Duration.ofMinutes(1));
    StartLog log = new StartLog();
    for (int i = 0; i < 1_000; i++) {
      log.add(rate, 1_000 + i);
    }
    assertThat(log.within(rate, 61_000 + 1_000 + 300)).isZero();
    assertThat(log.nextAt(rate, 2_000).orElseThrow()).isBetween(61_000L, 61_300L);
  }
}
