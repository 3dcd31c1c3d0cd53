package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestRegistry;
import io.tierflow.wire.WireCodecs;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker whose records are described by a schema registry, on a real broker. */
@KafkaTest
class WorkerWithRegistryTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private TestRegistry registry;
  private Pool pool;

  @BeforeEach
  void open() throws Exception {
    registry = new TestRegistry();
    pool = new Pool(() -> WireCodecs.from(registry.settings()));
  }

  @AfterEach
  void close() {
    pool.close();
    registry.close();
  }

  /** Longer than all deliveries would last if each try cost one, and than the lock. */
  @ParameterizedTest
  @EnumSource(names = {"SINGLE", "BATCH"})
  void tasksWaitInTheirSlotsWhileTheRegistryIsAway(FetchMode mode) throws Exception {
    WorkerTimes times = WorkerTimes.ofDefaults().withLock(Duration.ofMillis(2500));
    pool.start(pool.config().fetchMode(mode).slots(2).times(times));
    for (int i = 0; i < 6; i++) {
      pool.send(Pool.task("task-" + i, "same"));
    }
    registry.goAway();
    pool.flush();
    int tries = 2 * (ShareGroupSettings.DELIVERY_LIMIT + 2);
    await().atMost(LIMIT).until(() -> registry.refusals() >= tries);
    assertThat(pool.succeeded()).isEmpty();
    registry.comeBack();
    await().atMost(LIMIT).until(() -> pool.succeeded().size() >= 6);
    assertThat(pool.succeeded()).hasSize(6).doesNotHaveDuplicates();
    assertThat(pool.errors()).isEmpty();
    assertThat(pool.deadLetters()).isEmpty();
  }

  @Test
  void aWorkerThatCouldNotAnswerDoesNotStart() {
    registry.goAway();
    assertThatThrownBy(() -> pool.start(pool.config()))
        .isInstanceOfSatisfying(
            WorkerStartException.class,
            e -> assertThat(e.reason()).isEqualTo(WorkerStartException.Reason.UNREACHABLE))
        .hasMessageContaining("schema registry");
  }

  @Test
  void aFailureIsToldForTheFirstTimeWhileTheRegistryIsAway() throws Exception {
    pool.start(pool.config());
    pool.send(Pool.task("first", "same"));
    await().atMost(LIMIT).until(() -> pool.succeeded().contains("first"));
    registry.goAway();
    pool.send(Pool.task("second", "throw"));
    pool.flush();
    await().atMost(LIMIT).until(() -> pool.errorRecords() == 1);
    registry.comeBack();
    assertThat(pool.history("second")).isEqualTo("HANDLER_ERROR");
  }
}
