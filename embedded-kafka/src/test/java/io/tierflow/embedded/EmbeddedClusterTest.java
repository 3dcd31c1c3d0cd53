package io.tierflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedClusterTest {

  @TempDir Path dataDir;

  @Test
  void servesOnWhenOneNodeOfThreeIsLostAndTakesItBack() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(BrokerConfig.in(dataDir), 3)) {
      assertThat(cluster.bootstrap().split(",")).hasSize(3).doesNotHaveDuplicates();
      TestTopics topics = new TestTopics(cluster.bootstrap());
      topics.create("kept", 3);
      topics.send("kept", "before");

      cluster.stopNode(0);
      topics.send("kept", "without");
      assertThat(topics.read("kept")).containsExactly("before", "without");

      cluster.startNode(0);
      cluster.stopNode(1);
      topics.send("kept", "after");
      assertThat(topics.read("kept")).containsExactly("before", "without", "after");
    }
  }
}
