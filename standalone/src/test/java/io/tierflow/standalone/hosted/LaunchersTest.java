package io.tierflow.standalone.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierflow.client.FlowClient;
import io.tierflow.client.MissingView;
import io.tierflow.client.PoolView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.standalone.Main;
import io.tierflow.standalone.dev.DevCluster;
import io.tierflow.standalone.dev.DevConfig;
import io.tierflow.standalone.faults.TestSystem;
import io.tierflow.testsshd.TestSshd;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One flow, its core stage by each launcher, on a real broker. */
@Timeout(300)
class LaunchersTest {

  private static final String FLOW =
      """
      flow: weather
      class: small
      pipelines:
        report:
          stages:
            - {stage: fetch, handler: echo}
            - stage: core
              handler: exec
              with:
                command: [sh, -c, "sed s/raw/cooked/; echo $GREETING $TIERFLOW_CLASS >&2"]
                env: {GREETING: "it's on"}
              launcher: kafka
            - {stage: keep, handler: echo}
      """;

  private static final String INPUT = "{\"state\": \"raw\", \"days\": [1, 2]}";
  private static final String OUTPUT = "{\"report\": {\"state\": \"cooked\", \"days\": [1, 2]}}";

  private static TestSshd sshd;
  private static DevCluster cluster;
  private static FlowClient client;

  @BeforeAll
  static void start() throws Exception {
    Path folder = Path.of("target", "launchers");
    TestSystem.delete(folder);
    sshd = TestSshd.start(Path.of("target", "launchers-sshd"), "small");
    DevConfig config =
        DevConfig.in(folder)
            .withPools(Map.of("small", 1, "large", 1))
            .withRunner(new DevConfig.RunnerSetup(1, Optional.of(sshd.settings()), List.of()));
    cluster = DevCluster.prepare(config, Main.class, message -> {});
    cluster.start();
    client = FlowClient.of(cluster.httpUrl());
    TestSystem.patiently().until(client::pools, pools -> pools.size() == 5);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    sshd.close();
  }

  @Test
  void theSameFlowGivesTheSameOutputByEveryLauncher() throws Exception {
    for (String launcher : new String[] {"kafka", "in-process", "ssh"}) {
      client.apply("weather", FLOW.replace("launcher: kafka", "launcher: " + launcher));

      RunView run = ended(client.submit("weather", new ObjectMapper().readTree(INPUT)));

      assertThat(run.output()).as(launcher).isEqualTo(new ObjectMapper().readTree(OUTPUT));
      StageView core = core(run);
      assertThat(core.launcher()).isEqualTo(launcher);
      assertThat(core.attempts().get(0).worker()).isEqualTo(worker(launcher).worker());
    }
  }

  @Test
  void aClassThatHasPoolsButNoWorkerOfTheLauncherIsFlaggedUntilOneJoins() throws Exception {
    applyUnchecked(
        "waiting",
        FLOW.replace("flow: weather", "flow: waiting")
            .replace("class: small", "class: large\nlauncher: ssh")
            .replace("handler: echo", "handler: exec, with: {command: [cat]}")
            .replace("launcher: kafka", "launcher: ssh"));

    String id = client.submit("waiting", new ObjectMapper().readTree(INPUT));

    RunView run =
        TestSystem.patiently()
            .until(
                () -> client.run(id),
                found -> found.filter(r -> !r.missing().isEmpty()).isPresent())
            .orElseThrow();
    assertThat(run.missing())
        .extracting(MissingView::reason, MissingView::resourceClass, MissingView::launcher)
        .containsExactly(tuple("NO_WORKERS", "large", "ssh"));
    client.cancel(id, "nobody comes");
    assertThat(ended(id).state()).isEqualTo("CANCELLED");
  }

  private static void applyUnchecked(String name, String text) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                cluster.httpUrl().resolve("/api/v1/flows/" + name + "?unknown=allow"))
            .header("Content-Type", "application/yaml")
            .PUT(HttpRequest.BodyPublishers.ofString(text))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static PoolView worker(String launcher) {
    return client.pools().stream()
        .filter(pool -> pool.resourceClass().equals("small"))
        .filter(pool -> pool.launcher().equals(launcher))
        .findFirst()
        .orElseThrow();
  }

  private static StageView core(RunView run) {
    return run.pipelines().get(0).stages().get(1);
  }

  private static RunView ended(String id) {
    return TestSystem.patiently()
        .until(
            () -> client.run(id),
            found -> found.filter(run -> FlowClient.ENDED.contains(run.state())).isPresent())
        .orElseThrow();
  }
}
