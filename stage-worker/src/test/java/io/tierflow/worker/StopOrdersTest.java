package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.StopReason;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Orders as {@code run}, {@code run/p/s} or {@code run/p/s/0}, up to an attempt. */
class StopOrdersTest {

  private static final int FEW = 3;

  private long nanos;
  private final StopOrders orders = new StopOrders(() -> nanos, FEW);

  private static StopOrder order(String of, Integer attempt) {
    String[] parts = of.split("/", -1);
    return StopOrder.newBuilder()
        .setRunId(parts[0])
        .setPipeline(parts.length > 1 ? parts[1] : null)
        .setStage(parts.length > 1 ? parts[2] : null)
        .setIndex(parts.length > 3 ? Integer.valueOf(parts[3]) : null)
        .setAttempt(attempt)
        .setReason(StopReason.SUPERSEDED)
        .setAt(Instant.EPOCH)
        .build();
  }

  private static StageTask task(String of, int attempt) {
    String[] parts = of.split("/", -1);
    return Pool.task(of, "h")
        .setRunId(parts[0])
        .setPipeline(parts[1])
        .setStage(parts[2])
        .setIndex(parts.length > 3 ? Integer.valueOf(parts[3]) : null)
        .setAttempt(attempt)
        .build();
  }

  private boolean counts(String task, int attempt) {
    return orders.against(task(task, attempt)).isEmpty();
  }

  @Test
  void anOrderAboutARunIsAboutEveryTaskOfItAndNoOther() {
    orders.take(order("r", null));

    assertThat(counts("r/p/s", 9)).isFalse();
    assertThat(counts("r/p/s/3", 1)).isFalse();
    assertThat(counts("other/p/s", 1)).isTrue();
  }

  @Test
  void anOrderAboutAnAttemptLeavesTheNextOnesAlone() {
    orders.take(order("r/p/s", 2));

    assertThat(counts("r/p/s", 1)).isFalse();
    assertThat(counts("r/p/s", 2)).isFalse();
    assertThat(counts("r/p/s", 3)).isTrue();
    assertThat(counts("r/p/t", 1)).isTrue();
  }

  @Test
  void anOrderAboutAStageIsAboutItsElementsAndOneAboutAnElementIsNotAboutTheOthers() {
    orders.take(order("r/p/s", null));
    orders.take(order("r/p/t/1", 1));

    assertThat(counts("r/p/s/7", 4)).isFalse();
    assertThat(counts("r/p/t/1", 1)).isFalse();
    assertThat(counts("r/p/t/2", 1)).isTrue();
  }

  @Test
  void anOlderOrderTakesNothingBack() {
    orders.take(order("r/p/s", 2));
    orders.take(order("r/p/s", 1));

    assertThat(counts("r/p/s", 2)).isFalse();
  }

  @Test
  void whatRunsLearnsOfItsOrderOnceAndOfNoOther() {
    StopOrders.Watch one = orders.watch(task("r/p/s", 1));
    StopOrders.Watch other = orders.watch(task("r/p/t", 1));
    StopOrders.Watch closed = orders.watch(task("r/p/s", 1));
    closed.close();

    orders.take(order("r/p/s", 1));

    assertThat(one.stopped()).isCompletedWithValue(StopReason.SUPERSEDED);
    assertThat(other.stopped()).isNotDone();
    assertThat(closed.stopped()).isNotDone();
  }

  @Test
  void anOrderThatWasThereBeforeIsKnownAtOnce() {
    orders.take(order("r", null));

    assertThat(orders.watch(task("r/p/s", 1)).stopped()).isDone();
  }

  @Test
  void theOldestOrdersAreForgottenFirst() {
    for (int i = 0; i <= FEW; i++) {
      orders.take(order("r" + i, null));
    }

    assertThat(counts("r0/p/s", 1)).isTrue();
    assertThat(counts("r1/p/s", 1)).isFalse();
    assertThat(counts("r3/p/s", 1)).isFalse();
  }

  @Test
  void anOrderIsForgottenADayAfterItWasLastHeard() {
    orders.take(order("r0", null));
    nanos += TimeUnit.HOURS.toNanos(23);
    orders.take(order("r1", null));
    assertThat(counts("r0/p/s", 1)).isFalse();

    nanos += TimeUnit.HOURS.toNanos(1);
    orders.take(order("r2", null));

    assertThat(counts("r0/p/s", 1)).isTrue();
    assertThat(counts("r1/p/s", 1)).isFalse();
  }
}
