package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageStarted;
import io.tierflow.testkafka.KafkaTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who holds a task, and how long, on a real broker. */
@KafkaTest
class LeaseTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

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

  @Test
  void aTaskLongerThanTheLockRunsOnceSinceItsLeaseIsRenewed() throws Exception {
    pool.start(pool.config().slots(2).times(times().withHandOver(Duration.ofMinutes(10))));
    pool.send(Pool.task("long", "wait").setConfig("{\"millis\": 5000}"));
    await().atMost(LIMIT).until(() -> pool.succeeded().contains("long"));
    assertThat(pool.history("long")).isEqualTo("STARTED SUCCEEDED");
    assertThat(((StageStarted) pool.results().get(0).getBody()).getHandOverAfterMs())
        .isEqualTo(Duration.ofMinutes(10).toMillis());
  }

  @Test
  void aLongTaskIsHandedOverAndTellsItsHeartbeats() throws Exception {
    pool.start(pool.config().times(times().withHeartbeatTimeout(Duration.ofMillis(1200))));
    pool.send(Pool.task("long", "wait").setConfig("{\"millis\": 1500}").setHandOverAfterMs(0L));
    await().atMost(LIMIT).until(() -> pool.succeeded().contains("long"));
    assertThat(pool.history("long")).matches("HANDED_OVER( HEARTBEAT){2,3} SUCCEEDED");
  }

  @Test
  void aTaskIsHandedOverEarlyWhenTheWindowFillsBehindIt() throws Exception {
    pool.start(pool.config().slots(2).maxRecordLocks(400));
    pool.send(Pool.task("long", "wait").setConfig("{\"millis\": 8000}"));
    await().atMost(LIMIT).until(() -> pool.history("long").equals("STARTED"));
    for (int i = 0; i < 450; i++) {
      pool.send(Pool.task("short-" + i, "same"));
    }
    await().atMost(LIMIT).until(() -> pool.succeeded().size() == 451);
    assertThat(pool.history("long")).startsWith("STARTED HANDED_OVER").endsWith("SUCCEEDED");
  }

  @Test
  void eightSlotsShareEightyTasks() throws Exception {
    pool.start(pool.config().slots(8));
    for (int i = 0; i < 80; i++) {
      pool.send(Pool.task("task-" + i, "wait").setConfig("{\"millis\": 50}"));
    }
    await().atMost(LIMIT).until(() -> pool.succeeded().size() == 80);
    assertThat(new TreeSet<>(pool.succeeded())).hasSize(80);
  }

  @Test
  void aClosedWorkerGivesBackWhatOutlivesItsGraceAndAnotherFinishesIt() throws Exception {
    Worker first = pool.start(pool.config().grace(Duration.ofMillis(300)));
    pool.send(Pool.task("given", "wait").setConfig("{\"millis\": 4000}"));
    await().atMost(LIMIT).until(() -> pool.history("given").equals("STARTED"));
    Worker second = pool.start(pool.config());
    first.close();
    await().atMost(LIMIT).until(() -> pool.succeeded().contains("given"));
    StageResult last = pool.results().get(pool.results().size() - 1);
    assertThat(last.getWorker()).isEqualTo(second.id());
    assertThat(last.getAttempt()).isEqualTo(1);
    assertThat(pool.hasTombstone(first.id())).isTrue();
  }

  @Test
  void aDeafHandlerCostsItsThreadButNotItsSlot() throws Exception {
    pool.start(pool.config());
    pool.send(Pool.task("deaf", "deaf").setConfig("{\"millis\": 6000}").setRunTimeoutMs(300L));
    pool.send(Pool.task("next", "same"));
    await().atMost(LIMIT).until(() -> pool.succeeded().contains("next"));
    assertThat(pool.history("deaf")).isEqualTo("STARTED TIMED_OUT");
    await()
        .atMost(LIMIT)
        .until(
            () -> pool.announcements().stream().anyMatch(each -> each.getAbandonedThreads() == 1));
  }

  @Test
  void batchesGiveEveryOutcomeOnceAndALongTaskInThemHoldsUpNothing() throws Exception {
    pool.start(pool.config().slots(2).fetchMode(FetchMode.BATCH));
    for (int i = 0; i < 1000; i++) {
      pool.send(
          i == 10
              ? Pool.task("task-10", "wait").setConfig("{\"millis\": 2000}")
              : Pool.task("task-" + i, "same"));
    }
    await().atMost(LIMIT).until(() -> pool.succeeded().size() >= 1000);
    Map<String, Long> counts =
        pool.succeeded().stream()
            .collect(Collectors.groupingBy(each -> each, Collectors.counting()));
    assertThat(counts).hasSize(1000);
    assertThat(List.copyOf(counts.values())).containsOnly(1L);
  }
}
