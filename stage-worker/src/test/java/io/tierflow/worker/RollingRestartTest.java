package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker is stopped while its tasks run, and another takes its place. */
@Timeout(180)
class RollingRestartTest {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private Pool pool;

  @BeforeEach
  void open() throws Exception {
    pool = new Pool();
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void whatOutlivesItsGraceIsDoneByAnotherAndCountsAsNoFailure() throws Exception {
    Worker first = pool.start(pool.config().slots(2).grace(Duration.ofMillis(200)));
    for (int i = 0; i < 2; i++) {
      pool.send(Pool.task("long-" + i, "wait").setConfig("{\"millis\": 8000}"));
    }
    pool.flush();
    await().atMost(LIMIT).until(() -> pool.results().size() == 2); // both have been told as begun
    first.close(); // long before they would have ended
    start();

    await().atMost(LIMIT).until(() -> pool.succeeded().size() == 2);
    assertThat(pool.history("long-0")).isEqualTo("STARTED STARTED SUCCEEDED");
    assertThat(pool.history("long-1")).isEqualTo("STARTED STARTED SUCCEEDED");
    assertThat(pool.errors()).isEmpty();
  }

  private Worker start() throws Exception {
    return pool.start(pool.config().slots(2));
  }
}
