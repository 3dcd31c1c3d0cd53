package io.tierflow.benchmarks;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class OpenLoopTest {

  private static final Duration NO_WAIT = Duration.ZERO;

  private final AtomicLong nanos = new AtomicLong(MILLISECONDS.toNanos(7_000));
  private final Clocks clocks = new Clocks(() -> Instant.EPOCH, nanos::get);
  private final OpenLoop loop = new OpenLoop(clocks, nanos::addAndGet);

  @Test
  void sendsByTheClock() throws InterruptedException {
    List<Long> sentAt = new ArrayList<>();
    loop.run(10, Duration.ofMillis(400), scheduled -> sentAt.add(millis(nanos.get())));
    assertThat(sentAt).containsExactly(7_000L, 7_100L, 7_200L, 7_300L);
  }

  @Test
  void sendsAtOnceWhatIsLate() throws InterruptedException {
    List<Long> sentAt = new ArrayList<>();
    List<Long> scheduledAt = new ArrayList<>();
    loop.run(
        10,
        Duration.ofMillis(500),
        scheduled -> {
          scheduledAt.add(millis(scheduled));
          sentAt.add(millis(nanos.get()));
          if (sentAt.size() == 1) {
            nanos.addAndGet(MILLISECONDS.toNanos(250)); // the first send stalls
          }
        });
    assertThat(scheduledAt).containsExactly(7_000L, 7_100L, 7_200L, 7_300L, 7_400L);
    assertThat(sentAt).containsExactly(7_000L, 7_250L, 7_250L, 7_300L, 7_400L);
  }

  @Test
  void latencyCountsFromTheScheduledTimeAlsoWhenTheLoadStalls() throws InterruptedException {
    Latencies latencies = new Latencies();
    loop.run(
        10,
        Duration.ofMillis(200),
        scheduled -> {
          String run = "run-" + scheduled;
          latencies.scheduled(run, scheduled);
          nanos.addAndGet(MILLISECONDS.toNanos(300)); // both are slow: the second is sent late
          latencies.ended(run, nanos.get());
        });
    // 300 ms for the first; the second was due at 100, sent at 300 and ended at 600.
    Histogram all = latencies.awaitAll(NO_WAIT);
    assertThat(all.getTotalCount()).isEqualTo(2);
    assertThat(all.getMinValue()).isCloseTo(MILLISECONDS.toNanos(300), within(all));
    assertThat(all.getMaxValue()).isCloseTo(MILLISECONDS.toNanos(500), within(all));
  }

  @Test
  void percentilesAreInMillisecondsPerPart() {
    Histogram histogram = Latencies.empty();
    for (int i = 1; i <= 1_000; i++) {
      histogram.recordValue(MILLISECONDS.toNanos(i));
    }
    var percentiles = Latencies.percentiles(histogram, 10);
    assertThat(percentiles.keySet()).containsExactlyInAnyOrder("p50", "p90", "p99", "p99.9", "max");
    assertThat(percentiles.get("p50")).isCloseTo(50, percent());
    assertThat(percentiles.get("p90")).isCloseTo(90, percent());
    assertThat(percentiles.get("p99")).isCloseTo(99, percent());
    assertThat(percentiles.get("p99.9")).isCloseTo(99.9, percent());
    assertThat(percentiles.get("max")).isCloseTo(100, percent());
    assertThat(Latencies.median(histogram, 10)).isEqualTo(percentiles.get("p50"));
  }

  @Test
  void aRunThatDoesNotEndIsAnErrorThatNamesIt() {
    Latencies latencies = new Latencies();
    latencies.scheduled("run-1", 0);
    assertThatThrownBy(() -> latencies.awaitAll(NO_WAIT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 runs did not end")
        .hasMessageContaining("run-1");
  }

  @Test
  void onlyTheFirstEndOfAScheduledRunCounts() throws InterruptedException {
    Latencies latencies = new Latencies();
    latencies.scheduled("run-1", 0);
    latencies.ended("run-1", 10);
    latencies.ended("run-1", 20);
    latencies.ended("stranger", 30);
    assertThat(latencies.awaitAll(NO_WAIT).getTotalCount()).isEqualTo(1);
  }

  private static long millis(long nanos) {
    return MILLISECONDS.convert(Duration.ofNanos(nanos));
  }

  private static Offset<Long> within(Histogram histogram) {
    return Offset.offset(histogram.sizeOfEquivalentValueRange(histogram.getMaxValue()));
  }

  private static Percentage percent() {
    return Percentage.withPercentage(0.2); // three digits are kept
  }
}
