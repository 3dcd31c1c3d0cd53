package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.worker.isolation.IsolationSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose handlers' processes start no more, on a real broker. */
@Timeout(180)
class NoProcessTest {

  @TempDir private Path handlers;

  @Test
  void theTaskOfAHandlerWhoseProcessDoesNotStartIsPutOffUntilItDoes() throws Exception {
    IsolationSettings isolation =
        IsolationSettings.ofMemory(IsolationSettings.MIN_MEMORY)
            .withTasksPerProcess(1)
            .withHandlersFolder(Optional.of(handlers));
    try (Pool pool = new Pool()) {
      pool.start(pool.config().slots(1).isolation(isolation));
      Path broken = Files.writeString(handlers.resolve("broken.jar"), "no jar"); // from now on
      send(pool, "first");
      until(() -> pool.history("first").endsWith("SUCCEEDED"));

      send(pool, "second");
      until(() -> pool.history("second").endsWith("DEFERRED"));
      assertThat(pool.errors().get(0).getFailure().getMessage()).contains("broken.jar");

      Files.delete(broken);
      send(pool, "third");
      until(() -> pool.history("third").endsWith("SUCCEEDED"));
      assertThat(pool.errors()).hasSize(1);
    }
  }

  private static void send(Pool pool, String task) {
    pool.send(Pool.task(task, "echo"));
    pool.flush();
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofMinutes(1)).until(condition);
  }
}
