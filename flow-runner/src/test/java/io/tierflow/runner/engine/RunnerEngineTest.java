package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.tierflow.client.ApiJson;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.MissingView;
import io.tierflow.client.Page;
import io.tierflow.client.ReplayPreview;
import io.tierflow.client.ReplayRequest;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.runner.MissingFilter;
import io.tierflow.runner.RunFilter;
import io.tierflow.runner.RunService.Readiness;
import io.tierflow.runner.RunService.RefusedException;
import io.tierflow.runner.RunService.RunControl;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.DeadlineReached;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageTask;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.testkafka.TopicContents;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.topics.TopicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The engine on a real broker, with a worker that says just what a test wants said. */
@KafkaTest
class RunnerEngineTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String TWO_STAGES =
      """
      flow: two
      class: small
      pipelines:
        p:
          stages:
            - {stage: a, handler: echo}
            - {stage: b, handler: echo}
      """;

  @TempDir private static Path brokerData;
  private static TestKafka broker;

  @TempDir private Path data;
  private TopicNames topics;
  private RunnerEngine engine;
  private ScriptedWorker worker;

  @BeforeAll
  static void startBroker() {
    broker = TestKafka.start(brokerData);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void startEngine(TestInfo test) {
    topics = new TopicNames(test.getTestMethod().orElseThrow().getName() + ".");
    engine = start();
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
  }

  @AfterEach
  void stopEngine() {
    worker.close();
    engine.close();
  }

  @Test
  void advancesARunByItsReplies() throws Exception {
    String run = submit(TWO_STAGES, "{\"x\":1}");
    assertThat(engine.run(run)).as("seen as soon as it is submitted").isPresent();

    worker.succeed(task(run, "a"), "w1", "{\"a\":2}");
    StageTask b = task(run, "b");
    assertThat(input(b)).isEqualTo("{\"a\":2}");
    worker.succeed(b, "w1", "{\"b\":3}");

    RunView ended = ended(run);
    assertThat(ended.state()).isEqualTo("SUCCEEDED");
    assertThat(ended.output()).hasToString("{\"p\":{\"b\":3}}");
    assertThat(worker.sent(run)).isEqualTo("p/a#1 p/b#1");
  }

  @Test
  void sendsAgainWhatARepeatedReplyOnceCausedUntilItHasComeBack() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    StageTask a = task(run, "a");
    worker.succeed(a, "w1", "1");
    StageTask b = task(run, "b");

    worker.succeed(a, "w1", "1");
    until(() -> worker.sent(run).equals("p/a#1 p/b#1 p/b#1"));

    worker.succeed(b, "w1", "2");
    ended(run);
    worker.succeed(a, "w1", "1");
    // A later run's task shows that the reply above has been read.
    String later = submit(TWO_STAGES, "{}");
    until(() -> !worker.sent(later).isEmpty());
    assertThat(worker.sent(run)).isEqualTo("p/a#1 p/b#1 p/b#1");
    assertThat(engine.run(run).orElseThrow().stale()).isZero();
  }

  @Test
  void countsTheReplyOfASecondWorkerAsStale() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    StageTask a = task(run, "a");
    worker.succeed(a, "w1", "1");
    worker.succeed(a, "w2", "9");
    until(() -> engine.run(run).orElseThrow().stale() == 1);
    assertThat(input(task(run, "b"))).isEqualTo("1");
  }

  @Test
  void goesOnWithAnEmptiedDataFolder() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    StageTask a = task(run, "a");
    engine.close();
    worker.succeed(a, "w1", "1");
    empty(data);
    engine = start();

    worker.succeed(task(run, "b"), "w1", "2");
    assertThat(ended(run).state()).isEqualTo("SUCCEEDED");
    assertThat(worker.sent(run)).isEqualTo("p/a#1 p/b#1");
  }

  @Test
  void refusesToListPartitionsThatItDoesNotHave() {
    submit(TWO_STAGES, "{}");
    RunFilter all = new RunFilter(Optional.empty(), Optional.empty(), Optional.empty(), 10);
    assertThatThrownBy(() -> engine.localRuns(all, Set.of(0, 99)))
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void refusesADataFolderThatAnotherRunnerHas() {
    assertThatThrownBy(this::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("data folder " + data + ": expected one that no other runner uses");
    assertThat(engine.readiness()).isEqualTo(Readiness.READY);
  }

  @Test
  void isUnavailableRatherThanBrokenWhileKafkaStreamsIsDown() {
    String run = submit(TWO_STAGES, "{}");
    engine.close();
    assertThatThrownBy(() -> list(Optional.empty(), 10)).isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> engine.run(run)).isInstanceOf(UnavailableException.class);
    engine = start();
  }

  @Test
  void fillsItsStateAgainAfterAnUncleanStop() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    StageTask a = task(run, "a");
    engine.close();
    Files.delete(data.resolve("stopped-cleanly"));
    engine = start();

    worker.succeed(a, "w1", "1");
    worker.succeed(task(run, "b"), "w1", "2");
    assertThat(ended(run).state()).isEqualTo("SUCCEEDED");
  }

  @Test
  void postsATimerAsACommandAndGivesALostAttemptToAnother() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    StageTask first = task(run, "a");
    worker.handOver(first, "w1", Duration.ofMillis(500));
    until(() -> worker.sent(run).equals("p/a#1 p/a#2"));

    assertThat(commands()).anyMatch(command -> command.getBody() instanceof DeadlineReached);
    assertThat(engine.run(run).orElseThrow().missing())
        .extracting(MissingView::reason)
        .contains("HEARTBEAT_LOST");

    worker.start(worker.tasks(run).get(1), "w2", Instant.now());
    MissingFilter now = MissingFilter.all();
    until(() -> engine.missing(now).items().stream().noneMatch(it -> run.equals(it.runId())));
    assertThat(engine.missing(now.withCleared(Duration.ofMinutes(1))).items())
        .filteredOn(it -> run.equals(it.runId()))
        .filteredOn(it -> it.reason().equals("HEARTBEAT_LOST")) // beside NO_WORKERS: none says so
        .singleElement()
        .satisfies(it -> assertThat(it.clearedAt()).isAfter(it.since()))
        .satisfies(it -> assertThat(it.clearedBy()).isEqualTo("attempt 2 was heard of"));

    worker.succeed(first, "w1", "\"late\"");
    until(() -> engine.run(run).orElseThrow().stale() == 1);
    worker.succeed(worker.tasks(run).get(1), "w2", "\"in time\"");
    worker.succeed(task(run, "b"), "w2", "0");
    assertThat(ended(run).state()).isEqualTo("SUCCEEDED");
  }

  @Test
  void startsOneRunForOneIdempotencyKey() throws Exception {
    engine.apply(FlowReader.read("two.yaml", TWO_STAGES, Catalog.UNCHECKED));
    List<CompletableFuture<String>> atOnce =
        Stream.generate(
                () ->
                    CompletableFuture.supplyAsync(
                        () -> engine.submit("two", json("{}"), Map.of(), Optional.of("order-7")),
                        work -> new Thread(work).start()))
            .limit(4)
            .toList();
    String first = atOnce.get(0).get();
    for (CompletableFuture<String> each : atOnce) {
      assertThat(each.get()).isEqualTo(first);
    }
    String again = engine.submit("two", json("{}"), Map.of(), Optional.of("order-7"));
    assertThat(again).isEqualTo(first);
    worker.succeed(task(first, "a"), "w1", "1"); // later than all submissions
    until(() -> worker.sent(first).equals("p/a#1 p/b#1"));
    assertThat(list(Optional.empty(), 10).items()).hasSize(1);
  }

  @Test
  void listsRunsNewestFirstPartByPart() throws Exception {
    List<String> newestFirst = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      newestFirst.add(0, submit(TWO_STAGES, "{}"));
    }
    List<String> listed = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<RunSummary> page = list(cursor, 3);
      page.items().forEach(run -> listed.add(run.id()));
      cursor = Optional.ofNullable(page.nextCursor());
    } while (cursor.isPresent());
    assertThat(listed).containsExactlyInAnyOrderElementsOf(newestFirst);
  }

  @Test
  void numbersVersionsAndKeepsARunOnItsOwn() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    String changed = TWO_STAGES.replace("{stage: b, handler: echo}", "{stage: c, handler: echo}");
    assertThat(engine.apply(FlowReader.read("two.yaml", changed, Catalog.UNCHECKED)).version())
        .isEqualTo(2);
    assertThat(engine.apply(FlowReader.read("two.yaml", changed, Catalog.UNCHECKED)).version())
        .isEqualTo(2);
    worker.succeed(task(run, "a"), "w1", "1");
    assertThat(task(run, "b").getFlowVersion()).isEqualTo(1);
  }

  @Test
  void replaysWhatFailedAsANewRunOnceHoweverOftenItIsAsked() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    worker.succeed(task(run, "a"), "w1", "{\"a\":1.10}");
    worker.fail(task(run, "b"), "w1", "no");
    assertThat(ended(run).state()).isEqualTo("FAILED");

    ReplayPreview preview = engine.previewReplay(run, ReplayRequest.ofAllThatFailed());
    assertThat(engine.run(preview.id())).as("nothing was sent").isEmpty();
    String replay = engine.replay(run, ReplayRequest.ofAllThatFailed());
    assertThat(preview).isEqualTo(new ReplayPreview(replay, List.of("p/b"), List.of(), false));
    StageTask again = task(replay, "b");
    assertThat(input(again)).isEqualTo("{\"a\":1.10}");
    worker.succeed(again, "w1", "2");

    RunView replayed = ended(replay);
    assertThat(replayed.state()).isEqualTo("SUCCEEDED");
    assertThat(replayed.replayOf()).isEqualTo(run);
    assertThat(replayed.pipelines().get(0).stages())
        .extracting(StageView::reused, StageView::sameOutput)
        .containsExactly(tuple(true, true), tuple(false, null));
    assertThat(engine.replay(run, ReplayRequest.ofAllThatFailed())).isEqualTo(replay);
    assertThat(engine.previewReplay(run, ReplayRequest.ofAllThatFailed()).sentBefore()).isTrue();
    assertThat(engine.previewReplay(run, new ReplayRequest(List.of("a"), null, null)).following())
        .containsExactly("p/b");
    assertThat(worker.sent(replay)).isEqualTo("p/b#1");
    assertThat(engine.run(run).orElseThrow().state()).isEqualTo("FAILED");
  }

  @Test
  void comparesAReplayWithTheRunThatItReplays() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    worker.succeed(task(run, "a"), "w1", "1");
    worker.succeed(task(run, "b"), "w1", "2");
    ended(run);

    String replay =
        engine.replay(run, new ReplayRequest(List.of("a"), ApiJson.mapper().readTree("7"), null));
    assertThat(input(task(replay, "a"))).isEqualTo("7");
    worker.succeed(task(replay, "a"), "w1", "1");
    worker.succeed(task(replay, "b"), "w1", "3");

    assertThat(ended(replay).pipelines().get(0).stages())
        .extracting(StageView::sameOutput)
        .containsExactly(true, false);
    assertThatThrownBy(() -> engine.replay(run, new ReplayRequest(List.of("x"), null, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[p/a, p/b]");
    assertThatThrownBy(() -> engine.replay(run, new ReplayRequest(List.of("a"), null, "huge")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class: found 'huge', expected one of large, small");
  }

  @Test
  void holdsAPausedRunBackAlsoOverARestart() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    engine.control(run, new RunControl.Pause());
    assertThat(engine.run(run).orElseThrow().state()).isEqualTo("PAUSED");
    worker.succeed(task(run, "a"), "w1", "1");
    until(() -> stage(run, "a").state().equals("SUCCEEDED"));

    engine.close();
    engine = start();
    assertThat(engine.run(run).orElseThrow().state()).isEqualTo("PAUSED");
    assertThat(worker.sent(run)).isEqualTo("p/a#1");
    engine.control(run, new RunControl.Resume());
    worker.succeed(task(run, "b"), "w1", "2");
    assertThat(ended(run).state()).isEqualTo("SUCCEEDED");
  }

  @Test
  void endsACancelledRunAndTakesNothingOfItAnyMore() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    StageTask a = task(run, "a");
    engine.control(run, new RunControl.Cancel("not needed"));

    assertThat(engine.run(run).orElseThrow().state()).isEqualTo("CANCELLED");
    worker.succeed(a, "w1", "1");
    until(() -> engine.run(run).orElseThrow().stale() == 1);
    assertThat(stage(run, "a").state()).isEqualTo("CANCELLED");
    assertThatThrownBy(() -> engine.control(run, new RunControl.Pause()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("found CANCELLED");
  }

  @Test
  void sendsTheNextAttemptOfATaskThatItsTopicNoLongerHas() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
        KafkaShareConsumer<byte[], byte[]> taker =
            new KafkaShareConsumer<>(
                Map.of(
                    "bootstrap.servers",
                    broker.bootstrap(),
                    "group.id",
                    topics.workerGroup("small")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      ConfigResource group =
          new ConfigResource(ConfigResource.Type.GROUP, topics.workerGroup("small"));
      AlterConfigOp earliest =
          new AlterConfigOp(
              new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
      admin.incrementalAlterConfigs(Map.of(group, List.of(earliest))).all().get();
      taker.subscribe(List.of(topics.tasks("small")));
      String run =
          submit(TWO_STAGES.replace("class: small", "class: small\ntimeout: {queue: 1s}"), "{}");

      // Taken, and never told of: as the broker's archive, or a topic made anew, would have it.
      until(
          () -> {
            taker.poll(Duration.ofMillis(200));
            taker.commitSync();
            return worker.sent(run).startsWith("p/a#1 p/a#2");
          });
      until(() -> stage(run, "a").attempts().size() == 2); // a task is sent before it is written
      assertThat(stage(run, "a").attempts().get(0).failure().kind()).isEqualTo("WORKER_LOST");
      assertThat(engine.run(run).orElseThrow().missing())
          .extracting(MissingView::reason)
          .contains("NOT_PICKED_UP");
    }
  }

  @Test
  void setsAsideATaskThatItsTopicRefusesForItsSizeAndGoesOn() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topics.tasks("small")),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("max.message.bytes", "3000"), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
    String large = submit(TWO_STAGES, '"' + "x".repeat(10_000) + '"');
    until(() -> read(topics.deadLetters()).size() == 1);
    DeadLetter letter =
        new SingleObjectCodec()
            .decode(topics.deadLetters(), read(topics.deadLetters()).get(0), DeadLetter.class);
    assertThat(letter.getRunId()).isEqualTo(large);
    assertThat(letter.getRecord().getTopic()).isEqualTo(topics.tasks("small"));

    String small = submit(TWO_STAGES, "{}");
    until(() -> worker.sent(small).equals("p/a#1"));
  }

  @Test
  void flagsATaskForAClassWithoutWorkersUntilAPoolJoinsAlsoOverARestart() throws Exception {
    String run = submit(TWO_STAGES, "{}");
    until(() -> flags(run).equals("NO_WORKERS"));
    MissingView flag = engine.run(run).orElseThrow().missing().get(0);
    assertThat(flag.stage()).isEqualTo("a");
    assertThat(Duration.between(engine.run(run).orElseThrow().submittedAt(), flag.since()))
        .isLessThan(Duration.ofSeconds(2));
    assertThat(engine.missing(MissingFilter.all()).items())
        .extracting(MissingCompletion::runId, MissingCompletion::reason, MissingCompletion::stage)
        .containsExactly(tuple(run, "NO_WORKERS", "a"));

    engine.close();
    engine = start();
    worker.announce("w0", "small", "other");
    until(
        () ->
            engine.missing(MissingFilter.all()).items().stream()
                .anyMatch(
                    it ->
                        "no live worker of class small has handler echo; without it: w0"
                            .equals(it.detail())));
    worker.fail(task(run, "a"), "w0", FailureKind.DEFERRED, "no handler 'echo' here");
    until(() -> worker.sent(run).contains("p/a#2"));
    assertThat(flags(run)).isEqualTo("NO_WORKERS");
    worker.announce("w1", "small");
    until(() -> flags(run).isEmpty());
    assertThat(engine.missing(MissingFilter.all()).items()).isEmpty();

    until(() -> engine.poolClasses().stream().anyMatch(it -> Objects.equals(it.lag(), 2L)));
    worker.leave("w0");
    worker.leave("w1");
    until(() -> flags(run).equals("NO_WORKERS"));
    worker.succeed(latest(run), "w1", "1");
    until(
        () ->
            engine.missing(MissingFilter.all()).items().stream()
                .map(MissingCompletion::stage)
                .toList()
                .equals(List.of("b")));
    worker.succeed(task(run, "b"), "w1", "1");
    ended(run);
    assertThat(engine.missing(MissingFilter.all()).items()).isEmpty();
  }

  @Test
  void theNextRunBeginsOnTheClassThatTheLastOneHadToClimbToUntilThatIsForgotten() throws Exception {
    String flow = TWO_STAGES + "on-out-of-memory: [small, large]\n";
    String first = submit(flow, "{}");
    worker.fail(task(first, "a"), "w1", FailureKind.OUT_OF_MEMORY, "no heap");
    until(() -> stage(first, "a").resourceClass().equals("large"));
    assertThat(stage(first, "a").attempts())
        .extracting(attempt -> attempt.number() + attempt.resourceClass())
        .containsExactly("1small", "2large");
    until(() -> !engine.learned().of("two").isEmpty());

    assertThat(stage(submit(flow, "{}"), "a").attempts())
        .extracting(attempt -> attempt.number() + attempt.resourceClass())
        .containsExactly("1large");

    engine.close();
    engine = start();
    assertThat(stage(submit(flow, "{}"), "a").resourceClass()).isEqualTo("large");
    assertThat(engine.learned().forget("two", Optional.of("p/a"))).hasSize(1);
    assertThat(stage(submit(flow, "{}"), "a").resourceClass()).isEqualTo("small");
  }

  private String flags(String run) {
    return engine.run(run).orElseThrow().missing().stream()
        .filter(flag -> flag.clearedAt() == null)
        .map(MissingView::reason)
        .collect(Collectors.joining(" "));
  }

  @Test
  void setsAsideWhatNobodyCanDecode() throws Exception {
    worker.sendRaw(topics.results(), "r1", "no record".getBytes(StandardCharsets.UTF_8));
    until(() -> read(topics.deadLetters()).size() == 1);
    String run = submit(TWO_STAGES, "{}");
    until(() -> worker.sent(run).equals("p/a#1"));
  }

  private RunnerEngine start() {
    return TestEngines.start(broker.bootstrap(), topics, data, "small", "large");
  }

  private String submit(String flow, String input) {
    String name = engine.apply(FlowReader.read("test.yaml", flow, Catalog.UNCHECKED)).name();
    return engine.submit(name, json(input), Map.of(), Optional.empty());
  }

  private StageTask task(String run, String stage) throws Exception {
    until(() -> worker.tasks(run).stream().anyMatch(task -> task.getStage().equals(stage)));
    return worker.tasks(run).stream()
        .filter(task -> task.getStage().equals(stage))
        .findFirst()
        .orElseThrow();
  }

  private StageTask latest(String run) throws Exception {
    List<StageTask> tasks = worker.tasks(run);
    return tasks.get(tasks.size() - 1);
  }

  private StageView stage(String run, String name) {
    return engine.run(run).orElseThrow().pipelines().get(0).stages().stream()
        .filter(stage -> stage.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String input(StageTask task) {
    return StandardCharsets.UTF_8.decode(task.getInput().getBytes()).toString();
  }

  private RunView ended(String run) {
    until(() -> engine.run(run).orElseThrow().endedAt() != null);
    return engine.run(run).orElseThrow();
  }

  private Page<RunSummary> list(Optional<String> cursor, int limit) {
    return engine.runs(new RunFilter(Optional.of("two"), Optional.empty(), cursor, limit));
  }

  private List<Command> commands() throws Exception {
    List<Command> commands = new ArrayList<>();
    for (byte[] value : read(topics.commands())) {
      commands.add(new SingleObjectCodec().decode(topics.commands(), value, Command.class));
    }
    return commands;
  }

  private List<byte[]> read(String topic) {
    return TopicContents.of(broker.bootstrap(), topic).stream().map(ConsumerRecord::value).toList();
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(condition);
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void empty(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .filter(file -> !file.equals(folder))
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
