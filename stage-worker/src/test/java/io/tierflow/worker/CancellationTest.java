package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.StopReason;
import io.tierflow.schemas.WorkerStatus;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a worker does with tasks that no longer count, on a real broker. */
class CancellationTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String FOR_EVER = "{\"millis\": 600000}";

  private Pool pool;

  @BeforeEach
  void openPool() throws Exception {
    pool = new Pool();
  }

  @AfterEach
  void closePool() {
    pool.close();
  }

  private static WorkerTimes times() {
    return WorkerTimes.ofDefaults().withLock(Duration.ofMillis(1500));
  }

  private static StopOrder.Builder order(StageTask.Builder task) {
    return StopOrder.newBuilder()
        .setRunId(task.getRunId())
        .setReason(StopReason.RUN_ENDED)
        .setAt(Pool.DISPATCHED);
  }

  private void awaitCount(ToLongFunction<WorkerStatus> counter, long expected) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(pool.announcements()).anyMatch(s -> counter.applyAsLong(s) == expected));
  }

  @Test
  void anAttemptThatNoLongerCountsIsInterruptedItsSlotGoesOnAndNothingIsToldOfIt()
      throws Exception {
    pool.start(pool.config().times(times()));
    StageTask.Builder task = Pool.task("long", "wait").setConfig(FOR_EVER);
    pool.send(task);
    await().atMost(LIMIT).until(() -> pool.history("long").equals("STARTED"));

    pool.stop(order(task));
    pool.send(Pool.task("next", "same"));

    await().atMost(LIMIT).until(() -> pool.succeeded().contains("next"));
    awaitCount(WorkerStatus::getStopped, 1);
    assertThat(pool.history("long")).isEqualTo("STARTED");
  }

  @Test
  void aHandlerThatLooksEndsBeforeItIsInterrupted() throws Exception {
    pool.start(pool.config().times(times()));
    StageTask.Builder task = Pool.task("looks", "look");
    pool.send(task);
    await().atMost(LIMIT).until(() -> pool.history("looks").equals("STARTED"));

    pool.stop(order(task));

    await().atMost(LIMIT).until(() -> TestHandlers.looked.equals("saw it"));
  }

  @Test
  void aHandedOverAttemptIsStoppedTooAndItsHeartbeatsEnd() throws Exception {
    pool.start(pool.config().times(times().withHeartbeatTimeout(Duration.ofMillis(300))));
    StageTask.Builder task =
        Pool.task("long", "wait").setConfig(FOR_EVER).setHandOverAfterMs(0L).setAttempt(2);
    pool.send(task);
    await().atMost(LIMIT).until(() -> pool.history("long").startsWith("HANDED_OVER HEARTBEAT"));

    pool.stop(order(task).setPipeline("pipeline").setStage("stage").setAttempt(1));
    pool.stop(order(task).setPipeline("pipeline").setStage("stage").setAttempt(2));
    pool.send(Pool.task("next", "same"));

    await().atMost(LIMIT).until(() -> pool.succeeded().contains("next"));
    assertThat(pool.errors()).isEmpty();
  }

  @Test
  void aDeafHandlerCostsItsThreadButNotItsSlot() throws Exception {
    pool.start(pool.config().times(times()));
    StageTask.Builder task = Pool.task("deaf", "deaf").setConfig("{\"millis\": 6000}");
    pool.send(task);
    await().atMost(LIMIT).until(() -> pool.history("deaf").equals("STARTED"));

    pool.stop(order(task));
    pool.send(Pool.task("next", "same"));

    await().atMost(LIMIT).until(() -> pool.succeeded().contains("next"));
    awaitCount(WorkerStatus::getAbandonedThreads, 1);
  }

  @Test
  void aTaskThatNoLongerCountsIsNotBegunAlsoByAWorkerThatStartsLater() throws Exception {
    Worker first = pool.start(pool.config());
    first.close();
    StageTask.Builder cancelled = Pool.task("cancelled", "same");
    StageTask.Builder superseded = Pool.task("superseded", "same");
    pool.stop(order(cancelled));
    pool.stop(order(superseded).setPipeline("pipeline").setStage("stage").setAttempt(1));
    pool.send(cancelled);
    pool.send(superseded);
    pool.send(superseded.setAttempt(2));

    pool.start(pool.config());

    await().atMost(LIMIT).until(() -> pool.succeeded().contains("superseded"));
    assertThat(pool.results()).extracting(result -> result.getAttempt()).containsExactly(2);
    awaitCount(WorkerStatus::getSkipped, 2);
  }

  @Test
  void anOrderThatCannotBeReadIsPassedOver() throws Exception {
    pool.start(pool.config());
    StageTask.Builder task = Pool.task("long", "wait").setConfig(FOR_EVER);
    pool.send(task);
    await().atMost(LIMIT).until(() -> pool.history("long").equals("STARTED"));

    pool.sendRaw(pool.names().control(), new byte[] {1}, new byte[] {1, 2, 3});
    pool.stop(order(task));

    awaitCount(WorkerStatus::getStopped, 1);
  }
}
