package io.tierflow.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.process.ChildSpec;
import io.tierflow.standalone.dev.StandInMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessSupervisorTest {

  @TempDir Path logs;

  private final Queue<String> messages = new ConcurrentLinkedQueue<>();

  @Test
  void startsAChildThatDiesAgainAndSaysSo() {
    try (ProcessSupervisor supervisor =
        new ProcessSupervisor(RestartPolicy.always(), messages::add)) {
      SupervisedChild child = supervisor.start(spec("steady"));
      long first = child.pid();

      ProcessHandle.of(first).orElseThrow().destroyForcibly();

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(messages)
                      .containsExactly(
                          "steady ended unexpectedly (exit code 137); starting it again",
                          "steady is ready again"));
      assertThat(child.pid()).isNotEqualTo(first);
      assertThat(child.isAlive()).isTrue();
    }
  }

  @Test
  void leavesAKilledChildDeadUntilItIsRestarted() {
    try (ProcessSupervisor supervisor =
        new ProcessSupervisor(RestartPolicy.always(), messages::add)) {
      SupervisedChild child = supervisor.start(spec("steady"));
      child.kill();
      assertThat(child.isAlive()).isFalse();
      child.restart();
      assertThat(child.isAlive()).isTrue();
    }
    assertThat(messages).isEmpty();
  }

  @Test
  void waitsLongerFromDeathToDeathUpToALimit() {
    Backoff backoff =
        new Backoff(Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofMinutes(1));
    assertThat(List.of(1, 2, 3, 4, 100).stream().map(backoff::after))
        .containsExactly(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(3));
  }

  private ChildSpec spec(String name) {
    return ChildSpec.of(name, StandInMain.class, List.of("worker"), logs);
  }
}
