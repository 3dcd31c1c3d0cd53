package io.tierflow.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.embedded.BrokerConfig;
import io.tierflow.embedded.BrokerProcess;
import io.tierflow.worker.FetchMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both coordinators on a real broker with a real worker: that they work, not how fast. */
class RigTest {

  private static final int RUNS = 5;
  private static final Duration SILENCE = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static BrokerProcess broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = BrokerProcess.start(BrokerConfig.in(folder.resolve("broker")));
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void runsEndWhileOthersWaitForTheirRetry() throws InterruptedException {
    Lab lab = lab("waiting");
    Latencies latencies = new Latencies();
    Rig.Setup setup = new Rig.Setup(Chain.of(3), FetchMode.BATCH, 2);
    try (Rig rig = Rig.start(lab, Coordinator.Kind.TIERFLOW, setup)) {
      WaitingRuns.fill(lab.clocks(), rig.client(), RUNS);
      submit(lab, rig, latencies);
      assertThat(latencies.awaitAll(SILENCE).getTotalCount()).isEqualTo(RUNS);
      assertThat(rig.client().failing()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRunOfThreeStagesEnds(Coordinator.Kind kind) throws InterruptedException {
    Lab lab = lab(kind.name());
    Latencies latencies = new Latencies();
    try (Rig rig = Rig.start(lab, kind, new Rig.Setup(Chain.of(3), FetchMode.SINGLE, 2))) {
      submit(lab, rig, latencies);
      assertThat(latencies.awaitAll(SILENCE).getTotalCount()).isEqualTo(RUNS);
      assertThat(rig.cpu().now())
          .containsOnlyKeys("broker", "client", "coordinator", "jvm", "total", "worker")
          .allSatisfy((part, used) -> assertThat(used).as(part).isPositive());
    }
  }

  private static Lab lab(String name) {
    return new Lab(
        broker.bootstrap(),
        broker.pid(),
        folder.resolve(name),
        new Clocks(InstantSource.system(), System::nanoTime),
        Duration.ofSeconds(1));
  }

  private static void submit(Lab lab, Rig rig, Latencies latencies) {
    rig.client().listen(latencies);
    for (int i = 0; i < RUNS; i++) {
      String run = Rig.freshRunId();
      latencies.scheduled(run, lab.clocks().nano());
      rig.client().submit(run);
    }
  }
}
