package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierflow.client.ApiJson;
import io.tierflow.client.DeadLetterQuery;
import io.tierflow.client.DeadLetterReplay;
import io.tierflow.client.DeadLetterSelection;
import io.tierflow.client.DeadLetterView;
import io.tierflow.client.FlowClient;
import io.tierflow.client.Page;
import io.tierflow.client.ReplayedLetter;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.runner.cli.ClientCommands;
import io.tierflow.runner.http.HttpApi;
import io.tierflow.runner.letters.BulkReplay;
import io.tierflow.runner.letters.LetterFilter;
import io.tierflow.runner.letters.ReplayChange;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageTask;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.wire.topics.TopicNames;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * A thousand runs of three flows that failed in five ways, on a real broker: chosen and replayed
 * through HTTP and the command line. Setting the runs up takes longest, so all tests share them.
 */
@KafkaTest
@TestMethodOrder(OrderAnnotation.class)
class DeadLetterReplayTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int RUNS = 1000;
  private static final List<String> FLOWS = List.of("weather", "flights", "trains");
  private static final List<FailureKind> KINDS =
      List.of(
          FailureKind.HANDLER_ERROR,
          FailureKind.INVALID_INPUT,
          FailureKind.TIMED_OUT,
          FailureKind.OUT_OF_MEMORY,
          FailureKind.UNKNOWN_HANDLER);

  private static final TopicNames TOPICS = new TopicNames("letters.");

  @TempDir private static Path folder;
  private static TestKafka broker;
  private static RunnerEngine engine;
  private static HttpApi api;
  private static FlowClient client;
  private static ScriptedWorker small;
  private static ScriptedWorker large;
  private static Instant halfTime;

  @BeforeAll
  static void failAThousandRuns() throws Exception {
    broker = TestKafka.start(folder.resolve("broker"));
    engine =
        TestEngines.start(broker.bootstrap(), TOPICS, folder.resolve("runner"), "small", "large");
    api = HttpApi.start(engine, 0, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    client = FlowClient.of(api.baseUri());
    small = new ScriptedWorker(broker.bootstrap(), TOPICS, "small");
    large = new ScriptedWorker(broker.bootstrap(), TOPICS, "large");
    for (String flow : FLOWS) {
      apply(flow);
    }
    fail(0, RUNS / 2);
    halfTime = Instant.now();
    fail(RUNS / 2, RUNS);
    for (int i = 0; i < 3; i++) {
      small.sendRaw(TOPICS.results(), "x" + i, "garbage".getBytes(StandardCharsets.UTF_8));
    }
    until(() -> letters(DeadLetterSelection.all()).size() == RUNS + 3);
  }

  @AfterAll
  static void stop() {
    api.close();
    small.close();
    large.close();
    engine.close();
    broker.close();
  }

  @Test
  @Order(1)
  void choosesByEachCriterionThroughHttp() {
    DeadLetterSelection all = DeadLetterSelection.all();

    assertThat(letters(all.ofFlow("flights"))).hasSize(333);
    assertThat(letters(all.atStage("main/fetch"))).hasSize(RUNS / 2);
    assertThat(letters(all.atStage("store"))).hasSize(RUNS / 2);
    assertThat(letters(all.atStage("tell"))).isEmpty();
    assertThat(letters(all.withError("OUT_OF_MEMORY"))).hasSize(200);
    assertThat(letters(all.withError("UNDECODABLE")))
        .hasSize(3)
        .allMatch(letter -> letter.record() != null && !letter.replayable());
    assertThat(letters(all.withMessage("number \\d*7$"))).hasSize(100);
    assertThat(letters(all.until(halfTime))).hasSize(RUNS / 2);
    assertThat(letters(all.since(halfTime))).hasSize(RUNS / 2 + 3);
    assertThat(letters(all.ofFlow("trains").withError("TIMED_OUT").since(halfTime)))
        .hasSizeBetween(33, 34);
    assertThat(letters(all)).extracting(DeadLetterView::at).isSorted();
  }

  @Test
  @Order(2)
  void choosesByEachCriterionThroughTheCommandLine() throws Exception {
    assertThat(listed("--flow", "flights")).isEqualTo(333);
    assertThat(listed("--stage", "store")).isEqualTo(RUNS / 2);
    assertThat(listed("--error", "invalid_input")).isEqualTo(200);
    assertThat(listed("--message", "number \\d*7$")).isEqualTo(100);
    assertThat(listed("--since", halfTime.toString())).isEqualTo(RUNS / 2 + 3);
    assertThat(listed("--until", halfTime.toString())).isEqualTo(RUNS / 2);
    assertThat(listed("--until", "1h")).isZero();
    DeadLetterView one = letters(DeadLetterSelection.all().ofFlow("weather")).get(0);
    assertThat(listed("--run", one.runId())).isEqualTo(1);
    assertThat(tierflow("dead-letters", "show", one.id()))
        .contains(one.runId(), "number 0", "\"n\" : 0");
  }

  @Test
  @Order(3)
  void sendsNothingInADryRunAndTellsWhatItWould() throws Exception {
    int before = small.all().size();
    JsonNode dry =
        ApiJson.mapper()
            .readTree(
                tierflow("replay", "--dead-letters", "--flow", "weather", "--dry-run", "--json"));

    assertThat(dry.path("items")).hasSize(334);
    assertThat(dry.path("items").findValuesAsText("skipped")).containsOnly("null");
    assertThat(
            replayed(
                DeadLetterReplay.of(DeadLetterSelection.all().withError("UNDECODABLE")).asDryRun()))
        .hasSize(3)
        .allMatch(item -> item.skipped().contains("could not be decoded"));
    BulkReplay.Request refused = // a class that is gone by then: asked for over HTTP it is a 422
        new BulkReplay.Request(
            LetterFilter.of(Map.of("flow", "weather")),
            new ReplayChange(Optional.of("huge"), Optional.empty()),
            true,
            Optional.empty(),
            10);
    assertThat(engine.replayDeadLetters(refused).items())
        .as("what the replay would refuse")
        .hasSize(10)
        .allMatch(item -> item.skipped().contains("huge"));
    // A later run's task shows that all that was sent before it is there.
    String later = engine.submit("weather", json("0"), Map.of(), Optional.empty());
    until(() -> small.sent(later).equals("main/fetch#1"));
    assertThat(small.all()).hasSize(before + 1);
  }

  @Test
  @Order(4)
  void replaysWithAnEditedInputOnAnotherClassThroughTheCommandLineOnce() throws Exception {
    Path input = Files.writeString(folder.resolve("input.json"), "{\"n\":1.10}");
    String[] command = {
      "replay",
      "--dead-letters",
      "--flow",
      "flights",
      "--stage",
      "main/store",
      "--error",
      "TIMED_OUT",
      "--class",
      "large",
      "--input",
      input.toString(),
      "--rate",
      "1000"
    };
    List<String> originals =
        letters(
                DeadLetterSelection.all()
                    .ofFlow("flights")
                    .atStage("main/store")
                    .withError("TIMED_OUT"))
            .stream()
            .map(DeadLetterView::runId)
            .toList();

    assertThat(originals).hasSizeBetween(33, 34);
    assertThat(tierflow(command)).contains("sent " + originals.size() + " runs again", "skipped 0");
    until(() -> large.all().size() == originals.size());
    for (StageTask task : large.all()) {
      assertThat(task.getStage() + " " + input(task)).isEqualTo("store {\"n\":1.10}");
      large.succeed(task, "w2", "1");
    }
    until(() -> tasks("tell").size() == originals.size()); // the later stages follow
    for (StageTask task : tasks("tell")) {
      small.succeed(task, "w1", "2");
    }
    List<String> replays = new ArrayList<>();
    for (StageTask task : tasks("tell")) {
      RunView ended = ended(task.getRunId());
      assertThat(ended.state()).isEqualTo("SUCCEEDED");
      assertThat(ended.pipelines().get(0).stages())
          .extracting(StageView::reused)
          .as("of the earlier stage, the result is used again")
          .containsExactly(true, false, false);
      replays.add(ended.replayOf());
    }
    assertThat(replays).containsExactlyInAnyOrderElementsOf(originals);

    assertThat(tierflow(command))
        .contains("sent 0 runs again", "skipped " + originals.size(), "sent before");
    assertThat(large.all()).hasSize(originals.size());
    assertThat(engine.run(originals.get(0)).orElseThrow().state()).isEqualTo("FAILED");
  }

  @Test
  @Order(5)
  void replaysThroughHttpOnceAndEqualsTheReplayOfTheRun() throws Exception {
    DeadLetterReplay replay =
        DeadLetterReplay.of(DeadLetterSelection.all().ofFlow("trains").withError("INVALID_INPUT"))
            .onClass("large")
            .withInput(JsonNodeFactory.instance.numberNode(7))
            .atMost(20);
    int before = large.all().size();

    List<ReplayedLetter> first = replayed(replay);
    List<ReplayedLetter> second = replayed(replay);

    assertThat(first).hasSizeBetween(66, 67).allMatch(item -> item.skipped() == null);
    until(() -> large.all().size() == before + first.size());
    assertThat(second)
        .extracting(ReplayedLetter::replayRunId)
        .containsExactlyElementsOf(first.stream().map(ReplayedLetter::replayRunId).toList());
    assertThat(second)
        .extracting(ReplayedLetter::skipped)
        .containsOnly("the same replay was sent before");
    String run = first.get(0).runId();
    assertThat(tierflow("replay", run, "--class", "large", "--input", file("7")))
        .contains(first.get(0).replayRunId());
    assertThat(large.all()).hasSize(before + first.size());
  }

  private static void fail(int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      engine.submit(FLOWS.get(i % 3), json("{\"n\":" + i + "}"), Map.of(), Optional.empty());
    }
    until(() -> tasks("fetch").size() == to);
    for (StageTask task : tasks("fetch").subList(from, to)) {
      if (number(task) % 2 == 0) {
        fail(task);
      } else {
        small.succeed(task, "w1", input(task));
      }
    }
    until(() -> tasks("store").size() == to / 2);
    for (StageTask task : tasks("store").subList(from / 2, to / 2)) {
      fail(task);
    }
    until(() -> letters(DeadLetterSelection.all()).size() == to);
  }

  private static void fail(StageTask task) throws Exception {
    int number = number(task);
    small.fail(task, "w1", KINDS.get(number % 5), "number " + number);
  }

  private static List<StageTask> tasks(String stage) throws Exception {
    return small.all().stream().filter(task -> task.getStage().equals(stage)).toList();
  }

  private static int number(StageTask task) throws Exception {
    return ApiJson.mapper().readTree(input(task)).path("n").asInt();
  }

  private static String input(StageTask task) {
    return StandardCharsets.UTF_8.decode(task.getInput().getBytes().duplicate()).toString();
  }

  private static void apply(String name) {
    String flow =
        """
        flow: %s
        class: small
        pipelines:
          main:
            stages:
              - {stage: fetch, handler: echo}
              - {stage: store, handler: echo}
              - {stage: tell, handler: echo}
        """
            .formatted(name);
    engine.apply(FlowReader.read("test.yaml", flow, Catalog.UNCHECKED));
  }

  private static List<DeadLetterView> letters(DeadLetterSelection selection) {
    List<DeadLetterView> all = new ArrayList<>();
    DeadLetterQuery query = DeadLetterQuery.of(selection).atMost(300);
    while (query != null) {
      Page<DeadLetterView> page = client.deadLetters(query);
      all.addAll(page.items());
      query = page.nextCursor() == null ? null : query.from(page.nextCursor());
    }
    return all;
  }

  private static List<ReplayedLetter> replayed(DeadLetterReplay replay) {
    List<ReplayedLetter> all = new ArrayList<>();
    DeadLetterReplay next = replay;
    while (next != null) {
      Page<ReplayedLetter> page = client.replayDeadLetters(next);
      all.addAll(page.items());
      next = page.nextCursor() == null ? null : replay.from(page.nextCursor());
    }
    return all;
  }

  private static RunView ended(String run) {
    until(() -> engine.run(run).orElseThrow().endedAt() != null);
    return engine.run(run).orElseThrow();
  }

  private static int listed(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("dead-letters", "--json", "--limit", "5000"));
    command.addAll(List.of(options));
    return ApiJson.mapper().readTree(tierflow(command.toArray(String[]::new))).path("items").size();
  }

  private static String tierflow(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = ClientCommands.addTo(new CommandLine(new Top()));
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addAll(List.of("--runner", api.baseUri().toString()));
    assertThat(commandLine.execute(command.toArray(String[]::new))).as(err.toString()).isZero();
    return out.toString();
  }

  private static String file(String text) throws Exception {
    return Files.writeString(folder.resolve("other.json"), text).toString();
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(condition);
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Command(name = "tierflow")
  private static final class Top {}
}
