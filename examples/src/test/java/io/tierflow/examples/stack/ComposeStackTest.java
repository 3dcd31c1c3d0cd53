package io.tierflow.examples.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.AttemptView;
import io.tierflow.client.FlowClient;
import io.tierflow.client.PoolView;
import io.tierflow.client.ProblemException;
import io.tierflow.client.RunView;
import io.tierflow.client.RunnerUnreachableException;
import io.tierflow.examples.reference.ReferenceFlow;
import io.tierflow.examples.reference.ReferenceService;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole of docker-compose.yml: three brokers, a registry, two runners, two pools. It needs a
 * container engine that has the images, and is skipped where there is none.
 */
@Timeout(600)
class ComposeStackTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final String IMAGE = "tierflow/tierflow:0.1.0-SNAPSHOT";
  private static final Duration LONGEST = Duration.ofMinutes(3);

  @TempDir private static Path folder;
  private static Compose compose;
  private static FlowClient first;
  private static FlowClient second;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Compose.succeeds(ROOT, "docker", "info"), "no container engine answers");
    assumeTrue(
        Compose.succeeds(ROOT, "docker", "image", "inspect", IMAGE),
        () -> "the engine has no image " + IMAGE + ": build with -Pimage");
    int port1 = Compose.freePort();
    int port2 = Compose.freePort();
    compose =
        new Compose(
            ROOT,
            "tierflow-test-" + port1,
            Map.of(
                "TIERFLOW_PORT_1", Integer.toString(port1),
                "TIERFLOW_PORT_2", Integer.toString(port2),
                "TIERFLOW_HANDLERS", handlers().toString()));
    compose.run("up", "-d");
    first = FlowClient.of(URI.create("http://127.0.0.1:" + port1));
    second = FlowClient.of(URI.create("http://127.0.0.1:" + port2));
    await()
        .atMost(LONGEST)
        .ignoreExceptionsMatching(ComposeStackTest::isOutage)
        .untilAsserted(
            () -> {
              assertThat(first.pools()).extracting(PoolView::resourceClass).contains("small");
              assertThat(second.pools()).extracting(PoolView::resourceClass).contains("large");
            });
  }

  @AfterAll
  static void stop() throws Exception {
    if (compose != null) {
      compose.run("down", "--volumes", "--timeout", "1");
    }
  }

  @Test
  void theReferenceServiceRunsThroughItAndOutlivesABrokerAndARunner() throws Exception {
    try (ReferenceService service = ReferenceService.start(folder.resolve("files"), gateway())) {
      ReferenceFlow flow =
          ReferenceFlow.load()
              .fill(
                  Map.of(
                      "http", service.httpUrl(),
                      "mqtt", service.mqttUrl(),
                      "data", "/shared"));
      whileUp(() -> first.apply(ReferenceFlow.NAME, flow.coreOn("large").text()));
      succeeded(first, submitted());

      String id = submitted();
      await()
          .atMost(LONGEST)
          .until(() -> second.run(id).filter(run -> started(run, "core-logic")).isPresent());
      compose.run("kill", "-s", "SIGKILL", "kafka-2", "runner-1");
      RunView run = succeeded(second, id);

      assertThat(attempts(run, "core-logic")).last().matches(a -> a.worker().startsWith("large-"));
      assertThat(service.reports()).containsKey(id + "/report/send-a");
    } catch (AssertionError | RuntimeException e) {
      System.err.println(compose.run("logs", "--tail", "60"));
      throw e;
    }
  }

  @Test
  void nothingOfTierflowRunsAsRootOrWithoutALimit() throws Exception {
    for (String service : List.of("runner-1", "runner-2", "pool-small", "pool-large")) {
      String container = compose.run("ps", "-q", service).strip();
      assertThat(compose.inspect(container, "{{.Config.User}} {{gt .HostConfig.Memory 0}}"))
          .as(service)
          .isEqualTo("10001:10001 true");
    }
  }

  private static String submitted() {
    return first.submit(ReferenceFlow.NAME, JsonNodeFactory.instance.objectNode());
  }

  private static RunView succeeded(FlowClient client, String id) {
    RunView ended =
        await()
            .atMost(LONGEST)
            .ignoreExceptionsMatching(ComposeStackTest::isOutage)
            .until(
                () -> client.run(id).orElse(null),
                run -> run != null && FlowClient.ENDED.contains(run.state()));
    assertThat(ended.state()).as(() -> ended.toString()).isEqualTo("SUCCEEDED");
    return ended;
  }

  private static void whileUp(Runnable call) {
    await()
        .atMost(LONGEST)
        .ignoreExceptionsMatching(ComposeStackTest::isOutage)
        .untilAsserted(call::run);
  }

  private static boolean isOutage(Throwable failure) {
    return failure instanceof RunnerUnreachableException
        || (failure instanceof ProblemException problem && problem.status() == 503);
  }

  private static boolean started(RunView run, String stage) {
    Predicate<AttemptView> isRunning = attempt -> attempt.startedAt() != null;
    return attempts(run, stage).stream().anyMatch(isRunning);
  }

  private static List<AttemptView> attempts(RunView run, String stage) {
    return run.pipelines().stream()
        .flatMap(pipeline -> pipeline.stages().stream())
        .filter(each -> each.name().equals(stage))
        .flatMap(each -> each.attempts().stream())
        .toList();
  }

  /** The address under which containers reach this machine. */
  private static InetAddress gateway() throws Exception {
    String container = compose.run("ps", "-q", "pool-small").strip();
    return InetAddress.getByName(
        compose.inspect(container, "{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}"));
  }

  private static Path handlers() throws Exception {
    Path jars = Files.createDirectories(folder.resolve("handlers"));
    Path classes =
        Path.of(ReferenceService.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    int made =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--create",
                "--file",
                jars.resolve("examples.jar").toString(),
                "-C",
                classes.toString(),
                ".");
    assertThat(made).isZero();
    return jars;
  }
}
