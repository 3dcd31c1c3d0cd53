package io.tierflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerProcessTest {

  @TempDir Path dataDir;

  @Test
  void keepsItsDataAndPortOverAKillAndARestart() throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(BrokerConfig.in(dataDir))) {
      String address = broker.bootstrap();
      TestTopics topics = new TestTopics(address);
      topics.create("kept", 1);
      topics.send("kept", "one", "two");
      long killed = broker.pid();

      broker.kill();
      broker.restart();

      assertThat(broker.bootstrap()).isEqualTo(address);
      assertThat(broker.pid()).isNotEqualTo(killed);
      topics.send("kept", "three");
      assertThat(topics.read("kept")).containsExactly("one", "two", "three");
    }
  }
}
