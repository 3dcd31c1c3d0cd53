package io.tierflow.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import io.tierflow.standalone.Main;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class DevCommandTest {

  @TempDir private Path folder;

  /** A child is started as a script's shell starts a background job: it ignores SIGINT. */
  @Test
  void allItsProcessesEndWithinSecondsOfSigterm() throws Exception {
    List<String> args =
        List.of(
            "dev",
            "--http-port",
            "0",
            "--kafka-port",
            "0",
            "--pool",
            "small=1",
            "--data",
            folder.resolve("data").toString());
    try (ChildProcess dev = ChildProcess.start(ChildSpec.of("dev", Main.class, args, folder))) {
      ProcessHandle process = ProcessHandle.of(dev.pid()).orElseThrow();
      List<ProcessHandle> parts = process.descendants().toList();
      assertThat(parts).hasSize(3).allMatch(ProcessHandle::isAlive);

      process.destroy();

      assertThat(dev.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(143);
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertThat(parts).noneMatch(ProcessHandle::isAlive));
    }
  }
}
