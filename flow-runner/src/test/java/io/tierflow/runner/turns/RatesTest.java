package io.tierflow.runner.turns;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Priority;
import io.tierflow.flow.Rate;
import io.tierflow.machine.Hold;
import io.tierflow.machine.Sending;
import io.tierflow.machine.TaskKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RatesTest {

  private static final Limit TWO = new Limit("f/p/s", new Rate(2, Duration.ofSeconds(1)));
  private static final TaskKey TASK = TaskKey.of("p", "s");

  @Test
  void noWindowOfOnePeriodHasMoreOverAllRunnersAndAllGoInTheEnd() {
    int others = 0;
    for (int seed = 0; seed < 300; seed++) {
      RatedCluster cluster = new RatedCluster(seed);
      for (int i = 0; i < 400; i++) {
        cluster.step(true);
      }
      for (int i = 0; i < 100_000 && !cluster.isAllSent(); i++) {
        cluster.step(false);
      }
      assertThat(cluster.isAllSent()).as("seed %d", seed).isTrue();
      assertThat(cluster.starts).as("seed %d", seed).hasSize(cluster.submitted());
      int calls = cluster.rate.calls();
      for (int first = 0; first + calls < cluster.starts.size(); first++) {
        assertThat(cluster.starts.get(first + calls) - cluster.starts.get(first))
            .as("seed %d: %s, from start %d to one too many", seed, cluster.rate, first)
            .isGreaterThanOrEqualTo(cluster.rate.per().toMillis());
      }
      others += cluster.othersThatWent();
    }
    assertThat(others).as("tasks without a rate that came while others waited").isPositive();
  }

  @Test
  void aRunnerThatHasAllPartitionsGivesAllOfARateEvenASmallOne() {
    Parts parts = new Parts(4);
    for (int partition = 0; partition < 4; partition++) {
      parts.came(partition, 0);
    }
    for (int calls : List.of(1, 3, 4, 7, 100)) {
      Limit limit = new Limit("f/p/s", new Rate(calls, Duration.ofSeconds(1)));
      for (long now = 1_000; now < 20_000; now += 100) {
        assertThat(parts.of(limit, now)).isEqualTo(calls);
      }
      assertThat(parts.of(limit, 999)).as("what its owner before sent may be new").isZero();
    }
  }

  @Test
  void aPartOfALongPeriodWaitsAMinute() {
    Parts parts = new Parts(1);
    parts.came(0, 0);
    Limit limit = new Limit("f/p/s", new Rate(5, Duration.ofHours(1)));
    assertThat(parts.of(limit, 59_999)).isZero();
    assertThat(parts.of(limit, 60_000)).isEqualTo(5);
  }

  @Test
  void whatWasFoundOutCountsFromWhenItWasSent() {
    Share share = new Turns(1, lane -> Offer.UNCOUNTED).share(0, 0);
    Limit hourly = new Limit("f/p/s", new Rate(2, Duration.ofHours(1)));
    Claim claim = claim("f", Priority.NORMAL, hourly);
    share.foundOut("a", TASK, claim, Instant.ofEpochMilli(-3_000_000), 0);
    share.foundOut("b", TASK, claim, Instant.ofEpochMilli(-1_000), 0);
    assertThat(ask(share, claim, 100_000)).contains(Hold.RATE);
    assertThat(ask(share, claim, 600_000)).isEmpty();
    assertThat(ask(share, claim, 600_000)).contains(Hold.RATE);
  }

  @Test
  void whatHasHighPriorityWaitsForItsRateTooAndGoesFirst() {
    Share share = new Turns(1, lane -> Offer.UNCOUNTED).share(0, 0);
    Claim normal = claim("f", Priority.NORMAL, TWO);
    Claim high = claim("f", Priority.HIGH, TWO);
    share.sent("a", TASK, normal, 5_000);
    share.sent("b", TASK, normal, 5_500);
    assertThat(ask(share, normal, 5_600)).contains(Hold.RATE);
    share.waits("c", TASK, normal, 5_600);
    assertThat(ask(share, high, 5_700)).contains(Hold.RATE);
    share.waits("d", TASK, high, 5_700);
    share.tick(6_000);
    assertThat(share.due(6_000)).containsOnlyKeys("d");
    assertThat(ask(share, normal, 6_000)).as("its turn counts as sent").contains(Hold.RATE);
    share.sent("d", TASK, high, 6_400);
    share.tick(6_500);
    assertThat(share.due(6_500)).containsOnlyKeys("c");
  }

  private static Claim claim(String flow, Priority priority, Limit limit) {
    return new Claim("small", flow, priority, Instant.EPOCH, Optional.of(limit));
  }

  private static Optional<Hold> ask(Share share, Claim claim, long now) {
    Optional<Rate> rate = claim.limit().map(Limit::rate);
    return share.hold("asks", claim, new Sending(TASK, "small", rate, Optional.empty()), now);
  }
}
