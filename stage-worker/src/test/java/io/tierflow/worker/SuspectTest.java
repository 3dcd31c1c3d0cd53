package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.schemas.StageFailed;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks that came back without an outcome, perhaps since they end their workers. */
class SuspectTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Pool pool;

  @BeforeEach
  void openPoolWithASettledGroup() throws Exception {
    pool = new Pool();
    pool.start(pool.config()).close();
  }

  @AfterEach
  void closePool() {
    pool.close();
  }

  @Test
  void aTaskThatCameBackOnceIsTakenLikeAnyOther() throws Exception {
    pool.send(Pool.task("once", "same"));
    pool.takeAndGiveBack(1, 1);

    pool.start(pool.config());

    await().atMost(LIMIT).until(() -> pool.succeeded().contains("once"));
    assertThat(pool.history("once")).isEqualTo("SUCCEEDED");
  }

  @Test
  void tasksThatCameBackTwiceBelongToTheRunnerBeforeTheyBeginAlsoInABatch() throws Exception {
    for (int i = 0; i < 5; i++) {
      pool.send(Pool.task("task-" + i, "same"));
    }
    pool.takeAndGiveBack(2, 5);

    pool.start(pool.config().fetchMode(FetchMode.BATCH));

    await().atMost(LIMIT).until(() -> pool.succeeded().size() == 5);
    assertThat(pool.history("task-0")).isEqualTo("HANDED_OVER SUCCEEDED");
    assertThat(pool.history("task-4")).isEqualTo("HANDED_OVER SUCCEEDED");
  }

  @Test
  void aTaskAtItsLastDeliveryIsNotBegunAndToldAsLost() throws Exception {
    pool.send(Pool.task("poison", "same"));
    pool.takeAndGiveBack(ShareGroupSettings.DELIVERY_LIMIT - 1, 1);

    pool.start(pool.config());

    await().atMost(LIMIT).until(() -> pool.errors().size() == 1);
    StageFailed told = pool.errors().get(0);
    assertThat(pool.history("poison")).isEqualTo("WORKER_LOST");
    assertThat(told.getFailure().getMessage()).contains("10 times");
  }
}
