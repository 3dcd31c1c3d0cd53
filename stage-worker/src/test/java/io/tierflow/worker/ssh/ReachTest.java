package io.tierflow.worker.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.handler.StageException;
import io.tierflow.worker.WorkerClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When a machine is connected to, on a clock that is set by hand. */
class ReachTest {

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final AtomicInteger tries = new AtomicInteger();

  @Test
  void triesAConnectionAgainBeforeItLeavesTheMachineAlone() throws Exception {
    Reach reach = reach(3);

    assertThat(reach.open(failing(2))).isEqualTo("session");
    assertThat(tries).hasValue(3);
    assertThat(reach.isThere()).isTrue();

    assertThatThrownBy(() -> reach.open(failing(3))).isInstanceOf(IOException.class);
    assertThat(tries).hasValue(6);
    assertThat(reach.isThere()).isFalse();

    MeterRegistry meters = new SimpleMeterRegistry();
    reach.bindTo(meters);
    assertThat(
            meters
                .get("resilience4j.retry.calls")
                .tag("kind", "successful_with_retry")
                .functionCounter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void leavesItAloneForLongerEachTimeUntilOneConnectionComesAbout() throws Exception {
    Reach reach = reach(1);
    assertThatThrownBy(() -> reach.open(failing(1))).isInstanceOf(IOException.class);
    Duration longest = Duration.ZERO;
    for (int i = 0; i < 10; i++) {
      Duration rest = rest(reach);
      assertThat(rest).isBetween(Duration.ofMillis(500), Duration.ofSeconds(91));
      longest = rest.compareTo(longest) > 0 ? rest : longest;
      assertThat(reach.mayOpen()).as("one looks for all").isFalse();
      assertThat(reach.state()).isEqualTo("HALF_OPEN");
      assertThatThrownBy(() -> reach.open(failing(1))).isInstanceOf(IOException.class);
      assertThat(reach.isThere()).isFalse();
    }
    assertThat(longest).isGreaterThan(Duration.ofSeconds(20));
    rest(reach);

    reach.open(failing(0));

    assertThat(reach.isThere()).isTrue();
    assertThatThrownBy(() -> reach.open(failing(1))).isInstanceOf(IOException.class);
    assertThat(rest(reach)).as("from the beginning").isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void isThereWhereItRefuses() {
    Reach reach = reach(3);

    assertThatThrownBy(
            () ->
                reach.open(
                    () -> {
                      tries.incrementAndGet();
                      throw StageException.permanent("another key");
                    }))
        .isInstanceOf(StageException.class);

    assertThat(tries).hasValue(1);
    assertThat(reach.isThere()).isTrue();
  }

  @Test
  void triesWhatTookItsWholeTimeNoSecondTimeForTheSameTask() {
    Reach reach = reach(3);

    assertThatThrownBy(
            () ->
                reach.open(
                    () -> {
                      tries.incrementAndGet();
                      throw new Reach.TimedOutException(new IOException("silent"));
                    }))
        .isInstanceOf(IOException.class);

    assertThat(tries).hasValue(1);
    assertThat(reach.isThere()).isFalse();
  }

  @Test
  void takesAnInterruptForNoSignOfTheMachine() {
    Reach reach = reach(3);

    assertThatThrownBy(
            () ->
                reach.open(
                    () -> {
                      throw new InterruptedException();
                    }))
        .isInstanceOf(InterruptedException.class);

    assertThat(reach.isThere()).isTrue();
  }

  private Duration rest(Reach reach) {
    Instant from = now.get();
    while (!reach.mayOpen()) {
      now.updateAndGet(at -> at.plusMillis(100));
    }
    return Duration.between(from, now.get());
  }

  private Reach.Opening<String> failing(int times) {
    AtomicInteger left = new AtomicInteger(times);
    return () -> {
      tries.incrementAndGet();
      if (left.getAndDecrement() > 0) {
        throw new IOException("not there");
      }
      return "session";
    };
  }

  private Reach reach(int attempts) {
    return new Reach(
        attempts,
        new WorkerClock(now::get, () -> Duration.between(Instant.EPOCH, now.get()).toNanos()));
  }
}
