package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.DeadLetterQuery;
import io.tierflow.client.DeadLetterReplay;
import io.tierflow.client.DeadLetterSelection;
import io.tierflow.client.FlowClient;
import io.tierflow.client.Page;
import io.tierflow.client.PoolView;
import io.tierflow.client.ReplayedLetter;
import io.tierflow.client.RunView;
import io.tierflow.embedded.BrokerConfig;
import io.tierflow.embedded.BrokerProcess;
import io.tierflow.embedded.Ports;
import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import io.tierflow.standalone.Main;
import io.tierflow.testkafka.TestRegistry;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A release before this one and this one work together while an upgrade rolls through: two runners
 * and two workers are replaced one after the other under load, each keeping its folder.
 *
 * <p>The earlier one's jars, all that its program needs, lie in the folder that the system property
 * {@code tierflow.previous} names; {@code benchmarks/upgrade REVISION} builds them and runs this.
 */
@EnabledIfSystemProperty(
    named = "tierflow.previous",
    matches = ".+",
    disabledReason = "no earlier release's jars are given: see benchmarks/upgrade")
class RollingUpgradeTest {

  private static final int EACH = 3;
  private static final int SLOTS = 8;
  private static final String CURRENT = System.getProperty("java.class.path");

  @TempDir private Path folder;
  private BrokerProcess broker;
  private TestRegistry registry;
  private final ChildProcess[] runners = new ChildProcess[2];
  private final ChildProcess[] workers = new ChildProcess[2];
  private final List<Batch> batches = new ArrayList<>();
  private int failed;
  private final List<Integer> ports = new ArrayList<>();
  private final List<FlowClient> clients = new ArrayList<>();

  /** What was submitted at one time, by what it shall come to. */
  private record Batch(
      String step,
      List<String> complete,
      List<String> handedOver,
      String failing,
      String endless) {}

  @BeforeEach
  void startBrokerAndRegistry() throws IOException {
    broker = BrokerProcess.start(BrokerConfig.in(folder));
    registry = new TestRegistry();
    for (int i = 0; i < runners.length; i++) {
      ports.add(Ports.requireFree("the HTTP API", "--http-port", 0));
      clients.add(FlowClient.of(URI.create("http://127.0.0.1:" + ports.get(i))));
    }
  }

  private void startThePrevious(Map<String, String> kafka) throws IOException {
    Properties settings = new Properties();
    settings.putAll(kafka);
    try (OutputStream out = Files.newOutputStream(folder.resolve("kafka.properties"))) {
      settings.store(out, null);
    }
    startAll(previous());
    ThreePipelines.applyTo(clients.get(0));
    apply("long", "sleep, with: {for: 4s}", "{hand-over: 0s, heartbeat: 20s}");
    apply("endless", "sleep, with: {for: 10m}", "{hand-over: 0s, heartbeat: 20s}");
    apply("failing", "exec, with: {command: [grep, good]}", "{run: 1m}");
  }

  private void startAll(String classPath) {
    // The first makes the topics.
    runners[0] = ChildProcess.start(runner(0, classPath));
    runners[1] = ChildProcess.launch(runner(1, classPath));
    for (int i = 0; i < workers.length; i++) {
      workers[i] = ChildProcess.launch(worker(i, classPath));
    }
    Stream.concat(Stream.of(runners[1]), Stream.of(workers)).forEach(ChildProcess::awaitReady);
    awaitWorkers();
  }

  private void stopAll() {
    Stream.concat(Stream.of(workers), Stream.of(runners))
        .filter(each -> each != null)
        .forEach(ChildProcess::close);
  }

  @AfterEach
  void close() {
    stopAll();
    registry.close();
    broker.close();
  }

  /** As the upgrade guide has it; meanwhile older workers serve newer runners. */
  @Test
  void nothingIsLostWhenRunnersAreUpgradedBeforeWorkers() throws Exception {
    startThePrevious(registry.settings());
    submit("all of the previous release");
    replaceRunner(0);
    submit("one runner of each release");
    replaceRunner(1);
    submit("newer runners, older workers");
    settle();
    replaceWorkers();
    submit("all of this release");
    settle();
    replayTheDeadLetters();
  }

  /** The reverse: newer workers serve older runners. */
  @Test
  void nothingIsLostWhenWorkersAreUpgradedBeforeRunners() throws Exception {
    startThePrevious(registry.settings());
    submit("all of the previous release");
    replaceWorkers();
    submit("older runners, newer workers");
    settle();
    replaceRunner(0);
    submit("one runner of each release");
    replaceRunner(1);
    submit("all of this release");
    settle();
    replayTheDeadLetters();
  }

  /** Without a registry an older version can't read what a newer one writes. */
  @Test
  void runsGoOnWhenEverythingIsReplacedAtOnceWithoutARegistry() throws Exception {
    startThePrevious(Map.of());
    submit("all of the previous release");
    stopAll();
    startAll(CURRENT);
    submit("all of this release");
    settle();
    replayTheDeadLetters();
  }

  private void replaceRunner(int number) {
    runners[number].stop();
    runners[number] = ChildProcess.start(runner(number, CURRENT));
  }

  private void replaceWorkers() throws IOException {
    for (int i = 0; i < workers.length; i++) {
      workers[i].stop();
      workers[i] = ChildProcess.start(worker(i, CURRENT));
      submit("a worker of each release");
    }
    awaitWorkers();
  }

  private void submit(String step) {
    List<String> complete = new ArrayList<>();
    List<String> handedOver = new ArrayList<>();
    for (int i = 0; i < EACH; i++) {
      complete.add(submit(ThreePipelines.NAME, ThreePipelines.input(i)));
      handedOver.add(submit("long", text("kept " + i)));
    }
    batches.add(
        new Batch(
            step,
            complete,
            handedOver,
            submit("failing", text("bad")),
            submit("endless", text("never"))));
    // So that what follows finds runs half-way; and each runner shows what the other has.
    for (FlowClient each : clients) {
      complete.forEach(id -> TestSystem.awaitRun(each, id, run -> run.startedAt() != null));
    }
  }

  private String submit(String flow, JsonNode input) {
    return TestSystem.patiently().until(() -> clients.get(0).submit(flow, input), id -> true);
  }

  /** Everything submitted so far comes to the end that it should. */
  private void settle() {
    for (Batch batch : batches) {
      cancel(batch.endless());
      for (int i = 0; i < EACH; i++) {
        ThreePipelines.assertComplete(end(batch.complete().get(i)), i);
        RunView handedOver = end(batch.handedOver().get(i));
        assertThat(handedOver.state()).as(batch.step() + ": " + handedOver).isEqualTo("SUCCEEDED");
        assertThat(handedOver.output().get("p").textValue()).isEqualTo("kept " + i);
      }
      assertThat(end(batch.failing()).state()).as(batch.step()).isEqualTo("FAILED");
      assertThat(end(batch.endless()).state()).as(batch.step()).isEqualTo("CANCELLED");
      failed++;
    }
    batches.clear();
  }

  private void cancel(String id) {
    TestSystem.patiently()
        .until(
            () -> {
              clients.get(1).cancel(id, "the test is over");
              return true;
            });
  }

  private RunView end(String id) {
    return TestSystem.awaitRun(clients.get(1), id, run -> FlowClient.ENDED.contains(run.state()));
  }

  /** Those of both releases, as runs of this one. */
  private void replayTheDeadLetters() {
    DeadLetterSelection all = DeadLetterSelection.all().ofFlow("failing");
    TestSystem.patiently()
        .until(
            () -> clients.get(0).deadLetters(DeadLetterQuery.of(all)).items().size(),
            found -> found == failed);

    Page<ReplayedLetter> replayed =
        clients.get(0).replayDeadLetters(DeadLetterReplay.of(all).withInput(text("good")));

    assertThat(replayed.items()).hasSize(failed);
    replayed
        .items()
        .forEach(letter -> assertThat(end(letter.replayRunId()).state()).isEqualTo("SUCCEEDED"));
  }

  private void awaitWorkers() {
    TestSystem.patiently()
        .until(
            () -> clients.get(0).pools().stream().mapToInt(PoolView::slots).sum(),
            slots -> slots == workers.length * SLOTS);
  }

  private void apply(String name, String handler, String timeout) {
    clients
        .get(0)
        .apply(
            name,
            """
            flow: %s
            class: small
            pipelines:
              p:
                stages:
                  - {stage: work, handler: %s, timeout: %s, retry: {attempts: 2, backoff: 10ms..10ms}}
            """
                .formatted(name, handler, timeout));
  }

  private ChildSpec runner(int number, String classPath) {
    List<String> args = new ArrayList<>(List.of("runner", "--bootstrap", broker.bootstrap()));
    args.addAll(List.of("--data", folder.resolve("runner-" + number).toString()));
    args.addAll(List.of("--http-port", ports.get(number).toString(), "--standby-replicas", "1"));
    return child("runner-" + number, classPath, args);
  }

  private ChildSpec worker(int number, String classPath) {
    List<String> args = new ArrayList<>(List.of("worker", "--bootstrap", broker.bootstrap()));
    args.addAll(List.of("--class", "small", "--slots", Integer.toString(SLOTS)));
    args.addAll(List.of("--grace-seconds", "2"));
    return child("worker-" + number, classPath, args);
  }

  private ChildSpec child(String name, String classPath, List<String> args) {
    args.addAll(List.of("--kafka-config", folder.resolve("kafka.properties").toString()));
    return ChildSpec.of(name, Main.class, args, Path.of("target", "faults", "RollingUpgradeTest"))
        .withJvmArgs(List.of("-Xmx384m", "-XX:+UseSerialGC"))
        .withClassPath(classPath);
  }

  private static JsonNode text(String text) {
    return JsonNodeFactory.instance.textNode(text);
  }

  private static String previous() throws IOException {
    Path given = Path.of(System.getProperty("tierflow.previous"));
    try (Stream<Path> files = Files.list(given)) {
      String jars =
          files
              .map(Path::toString)
              .filter(name -> name.endsWith(".jar"))
              .sorted()
              .collect(Collectors.joining(File.pathSeparator));
      assertThat(jars).as("jars in " + given).contains("flow-runner-", "stage-worker-");
      return jars;
    }
  }
}
