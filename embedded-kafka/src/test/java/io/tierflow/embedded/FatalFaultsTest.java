package io.tierflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FatalFaultsTest {

  @TempDir private Path logs;

  @Test
  void endAProcessThatIsABroker() throws Exception {
    assertThat(statusOf("exit")).isEqualTo(7);
    assertThat(statusOf("halt")).isEqualTo(8);
  }

  private int statusOf(String how) throws Exception {
    ChildSpec spec = ChildSpec.of("fault-" + how, FatalFaultMain.class, List.of(how), logs);
    try (ChildProcess broker = ChildProcess.launch(spec)) {
      return broker.onExit().get(60, TimeUnit.SECONDS);
    }
  }
}
