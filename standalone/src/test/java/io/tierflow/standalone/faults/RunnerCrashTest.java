package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.FlowClient;
import io.tierflow.client.RunQuery;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.standalone.dev.DevCluster;
import io.tierflow.standalone.process.SupervisedChild;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of runs whose runner is killed while they run. */
class RunnerCrashTest {

  private static TestSystem system;

  @BeforeAll
  static void startSystem() throws Exception {
    system = TestSystem.start(RunnerCrashTest.class, Map.of("small", 7));
    ThreePipelines.applyTo(system.client());
  }

  @AfterAll
  static void stopSystem() {
    if (system != null) {
      system.close();
    }
  }

  @AfterEach
  void restartRunner() {
    system.revive(DevCluster.RUNNER);
  }

  @Test
  void completesEveryRunAfterTheRunnerIsKilledAndStartedAgain() {
    List<String> runs = ThreePipelines.submitAndGetHalfWay(system, 6);
    SupervisedChild runner = system.cluster().child(DevCluster.RUNNER);

    runner.kill();
    long killed = System.nanoTime();
    runner.restart();

    TestSystem.tell("killed runner ready again", killed);
    assertAllComplete(system.client(), runs);
    TestSystem.tell("runs of the killed runner complete", killed);
  }

  @Test
  void completesEveryRunAfterTheRunnerLosesItsDataFolder() throws Exception {
    List<String> runs = ThreePipelines.submitAndGetHalfWay(system, 6);
    SupervisedChild runner = system.cluster().child(DevCluster.RUNNER);

    runner.kill();
    long killed = System.nanoTime();
    TestSystem.delete(system.cluster().runnerDir(DevCluster.RUNNER));
    runner.restart();

    TestSystem.tell("killed runner without its folder ready again", killed);
    assertAllComplete(system.client(), runs);
    TestSystem.tell("runs of the runner without its folder complete", killed);
  }

  @Test
  void letsASecondRunnerTakeOverAndShowsEveryRunAtBoth() {
    FlowClient first = system.client();
    FlowClient second = FlowClient.of(system.cluster().startRunner("runner-2"));
    List<String> before = ThreePipelines.submitAndGetHalfWay(system, 6);
    assertAllComplete(first, before);
    assertSameAtBoth(first, second, before);

    List<String> runs = ThreePipelines.submitAndGetHalfWay(system, 6);
    SupervisedChild runner = system.cluster().child(DevCluster.RUNNER);
    runner.kill();
    long killed = System.nanoTime();
    assertAllComplete(second, runs);
    TestSystem.tell("runs complete with the second runner", killed);

    runner.restart();
    assertSameAtBoth(first, second, runs);
    List<String> after = ThreePipelines.submit(second, 4);
    assertAllComplete(first, after);
    assertSameAtBoth(first, second, after);
    system.cluster().child("runner-2").kill();
    assertAllComplete(first, after);
  }

  private static void assertAllComplete(FlowClient client, List<String> runs) {
    for (int n = 0; n < runs.size(); n++) {
      RunView run =
          TestSystem.awaitRun(client, runs.get(n), seen -> FlowClient.ENDED.contains(seen.state()));
      ThreePipelines.assertComplete(run, n);
    }
  }

  private static void assertSameAtBoth(FlowClient first, FlowClient second, List<String> runs) {
    for (String id : runs) {
      RunView atFirst = TestSystem.awaitRun(first, id, run -> true);
      RunView atSecond = TestSystem.awaitRun(second, id, run -> true);
      assertThat(atFirst).isEqualTo(atSecond);
    }
    for (FlowClient client : List.of(first, second)) {
      assertThat(
              TestSystem.patiently().until(() -> client.runs(RunQuery.all()), page -> true).items())
          .extracting(RunSummary::id)
          .containsAll(runs)
          .doesNotHaveDuplicates();
    }
  }
}
