package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.RunView;
import io.tierflow.standalone.dev.DevCluster;
import io.tierflow.standalone.process.SupervisedChild;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of runs when the broker is killed while they run. */
class BrokerCrashTest {

  private static TestSystem system;

  @BeforeAll
  static void startSystem() throws Exception {
    system = TestSystem.start(BrokerCrashTest.class, Map.of("small", 7));
    ThreePipelines.applyTo(system.client());
  }

  @AfterAll
  static void stopSystem() {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void completesEveryRunAfterTheBrokerIsKilledAndStartedAgain() {
    List<String> runs = ThreePipelines.submitAndGetHalfWay(system, 6);
    SupervisedChild broker = system.cluster().child(DevCluster.BROKER);

    broker.kill();
    long killed = System.nanoTime();
    broker.restart();

    TestSystem.tell("killed broker ready again", killed);
    for (int n = 0; n < runs.size(); n++) {
      RunView run = system.awaitEnd(runs.get(n));
      ThreePipelines.assertComplete(run, n);
      assertThat(run.missing())
          .as("no worker was gone")
          .noneMatch(flag -> flag.reason().equals("NO_WORKERS"));
    }
    TestSystem.tell("runs of the killed broker complete", killed);
    List<String> after = ThreePipelines.submit(system.client(), 2);
    for (int n = 0; n < after.size(); n++) {
      ThreePipelines.assertComplete(system.awaitEnd(after.get(n)), n);
    }
  }
}
