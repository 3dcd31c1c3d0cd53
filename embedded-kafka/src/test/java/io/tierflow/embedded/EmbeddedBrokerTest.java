package io.tierflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

  @TempDir Path dataDir;

  @Test
  void keepsTopicsRecordsAndClusterIdOverARestart() throws Exception {
    BrokerConfig config = BrokerConfig.in(dataDir);
    String clusterId;
    try (EmbeddedBroker broker = EmbeddedBroker.start(config)) {
      TestTopics topics = new TestTopics(broker.bootstrap());
      topics.create("kept", 1);
      topics.send("kept", "one", "two");
      clusterId = Files.readString(dataDir.resolve("cluster-id"));
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(config)) {
      TestTopics topics = new TestTopics(broker.bootstrap());
      topics.send("kept", "three");
      assertThat(topics.read("kept")).containsExactly("one", "two", "three");
      assertThat(dataDir.resolve("cluster-id")).hasContent(clusterId);
    }
  }

  @Test
  void resumesOnTheSamePortAndKeepsItsDataToItself() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(dataDir))) {
      TestTopics topics = new TestTopics(broker.bootstrap());
      topics.create("kept", 1);
      topics.send("kept", "one");
      assertThatThrownBy(() -> EmbeddedBroker.start(BrokerConfig.in(dataDir)))
          .as("another one on its data")
          .isInstanceOf(BrokerStartException.class)
          .hasMessage(
              "data folder %s: found it in use by another broker, process %d; stop that one, or"
                  + " choose another folder with --data DIR",
              dataDir, ProcessHandle.current().pid());
      broker.stop();
      broker.resume();
      assertThat(topics.read("kept")).containsExactly("one");
    }
  }

  @Test
  void namesATakenPortAndHowToChooseAnother() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int taken = other.getLocalPort();
      BrokerConfig config = BrokerConfig.in(dataDir).withPort(taken);
      assertThatThrownBy(() -> EmbeddedBroker.start(config))
          .isInstanceOf(PortInUseException.class)
          .hasMessage(
              "port %d (Kafka clients) is taken by another process on 127.0.0.1; stop that process,"
                  + " or choose another with --port PORT (0 takes a free one)",
              taken);
    }
  }

  @Test
  void refusesADataFolderOfAClusterOfAnotherSize() throws Exception {
    for (int node = 0; node < 3; node++) {
      Files.createDirectories(dataDir.resolve("node-" + node));
    }
    assertThatThrownBy(() -> EmbeddedBroker.start(BrokerConfig.in(dataDir)))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining("found data of 3 node(s), expected 1");
  }

  @Test
  void turnsAnUnusableSettingIntoAnExceptionAndLeavesTheJvmAlive() {
    BrokerConfig config =
        BrokerConfig.in(dataDir).withOverrides(Map.of("inter.broker.listener.name", "NONE"));
    assertThatThrownBy(() -> EmbeddedBroker.start(config))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining("Kafka node 0");
  }
}
