package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three workers of one class are stopped and replaced one after the other, while tasks flow. */
@Timeout(180)
class RollingRestartTest {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int TASKS = 120;

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
  void losesNothingFailsNothingAndRepeatsNothingThatHadFinished() throws Exception {
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      workers.add(start());
    }
    for (int i = 0; i < TASKS; i++) {
      pool.send(Pool.task("task-" + i, "wait").setConfig("{\"millis\": 200}"));
    }
    pool.flush();
    for (Worker each : workers) {
      int before = pool.succeeded().size();
      await().atMost(LIMIT).until(() -> pool.succeeded().size() > before);
      each.close();
      start();
    }
    await().atMost(LIMIT).until(() -> pool.succeeded().size() >= TASKS);

    assertThat(pool.succeeded())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, TASKS).mapToObj(i -> "task-" + i).toList());
    assertThat(pool.errors()).isEmpty();
    assertThat(pool.deadLetters()).isEmpty();
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
