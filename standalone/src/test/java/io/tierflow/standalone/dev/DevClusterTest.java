package io.tierflow.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.embedded.PortInUseException;
import io.tierflow.process.ChildStartException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevClusterTest {

  @TempDir Path dataDir;

  @Test
  void startsBrokerRunnerAndPoolsAndStopsThemAll() throws Exception {
    URI webhook = URI.create("https://example.org/alerts");
    DevCluster cluster =
        prepare(
            DevConfig.in(dataDir)
                .withRunner(new DevConfig.RunnerSetup(0, Optional.empty(), List.of(webhook))));
    List<ProcessHandle> processes;
    try (cluster) {
      cluster.start();
      processes =
          Stream.of("broker", "runner", "worker-small", "worker-large")
              .map(name -> ProcessHandle.of(cluster.child(name).pid()).orElseThrow())
              .toList();
      assertThat(processes).allMatch(ProcessHandle::isAlive);
      assertThat(cluster.child("broker").readyLine()).isEqualTo("ready " + cluster.bootstrap());
      assertThat(Files.readString(cluster.logDir().resolve("worker-small.log")))
          .contains(
              "arguments worker --bootstrap " + cluster.bootstrap() + " --class small --slots 7");
      assertThat(Files.readString(cluster.logDir().resolve("runner.log")))
          .contains("--http-port " + cluster.httpUrl().getPort())
          .contains("--alert-webhook " + webhook);
    }
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void killsAndRestartsAProcessByItsName() {
    try (DevCluster cluster = prepare(DevConfig.in(dataDir).withPools(Map.of("small", 1)))) {
      cluster.start();
      String bootstrap = cluster.bootstrap();
      for (String name : List.of("broker", "runner", "worker-small")) {
        long first = cluster.child(name).pid();
        cluster.child(name).kill();
        assertThat(ProcessHandle.of(first)).isEmpty();
        cluster.child(name).restart();
        assertThat(cluster.child(name).pid()).isNotEqualTo(first);
      }
      assertThat(cluster.child("broker").readyLine()).isEqualTo("ready " + bootstrap);
    }
  }

  @Test
  void leavesNothingBehindWhenAPoolFailsToStart() {
    DevConfig config = DevConfig.in(dataDir).withPools(Map.of("broken", 1));
    try (DevCluster cluster = prepare(config)) {
      assertThatThrownBy(cluster::start)
          .isInstanceOf(ChildStartException.class)
          .hasMessageContaining("worker-broken ended with exit code 1")
          .hasMessageContaining("  | this class is broken");
      assertThat(ProcessHandle.of(cluster.child("broker").pid())).isEmpty();
    }
  }

  @Test
  void namesATakenPortBeforeAnythingStarts() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int taken = other.getLocalPort();
      DevConfig config = DevConfig.in(dataDir).withPorts(taken, 0);
      assertThatThrownBy(() -> prepare(config))
          .isInstanceOf(PortInUseException.class)
          .hasMessageStartingWith("port " + taken + " (the HTTP API) is taken")
          .hasMessageContaining("--http-port PORT");
    }
  }

  private static DevCluster prepare(DevConfig config) {
    return DevCluster.prepare(config, StandInMain.class, message -> {});
  }
}
