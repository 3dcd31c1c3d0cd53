package io.tierflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void chosenPortsAreNoneThatTheSystemGivesToConnections() {
    List<Integer> ports = Ports.resolve("a test", "--port", 0, 50);
    assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port >= 20_000 && port < 32_000);
  }
}
