package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.worker.isolation.IsolationSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose handlers' processes start no more, on a real broker. */
@Timeout(180)
class NoProcessTest {

  /** The ten seconds for which a worker waits for a process, less what clocks may differ. */
  private static final Duration PATIENCE = Duration.ofSeconds(9);

  @TempDir private Path handlers;

  @Test
  void theTaskOfAHandlerWhoseProcessDoesNotStartGoesToAnotherWorker() throws Exception {
    IsolationSettings isolation =
        IsolationSettings.ofMemory(IsolationSettings.MIN_MEMORY)
            .withTasksPerProcess(1)
            .withHandlersFolder(Optional.of(handlers));
    try (Pool pool = new Pool()) {
      pool.start(pool.config().slots(1).isolation(isolation));
      Files.writeString(handlers.resolve("broken.jar"), "no jar"); // for every process from now on
      pool.send(Pool.task("first", "echo"));
      pool.flush();
      until(() -> pool.succeeded().size() == 1);
      Instant sent = Instant.now();
      pool.send(Pool.task("second", "echo"));
      pool.flush();

      pool.start(pool.config().slots(1)); // joins long after the other has taken the task

      until(() -> pool.succeeded().size() == 2);
      assertThat(Duration.between(sent, Instant.now())).isGreaterThan(PATIENCE);
      assertThat(pool.results().get(pool.results().size() - 1).getAttempt()).isEqualTo(1);
      assertThat(pool.errors()).as("no failure of the task").isEmpty();
    }
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofMinutes(1)).until(condition);
  }
}
