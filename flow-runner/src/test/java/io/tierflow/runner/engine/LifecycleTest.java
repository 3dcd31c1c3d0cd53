package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.client.PauseView;
import io.tierflow.client.ReplayedLetter;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.runner.RunFilter;
import io.tierflow.runner.letters.BulkReplay;
import io.tierflow.runner.letters.LetterFilter;
import io.tierflow.runner.letters.ReplayChange;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageTask;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.wire.payload.KafkaPayloadStore;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Pausing, removing and replaying on a real broker. */
@KafkaTest
class LifecycleTest {

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
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
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
  void name(TestInfo test) {
    topics = new TopicNames(test.getTestMethod().orElseThrow().getName() + ".");
  }

  @AfterEach
  void stop() {
    worker.close();
    engine.close();
  }

  @Test
  void pausesOfAClassAndOfAFlowOutliveTheRunner() throws Exception {
    start(Duration.ofDays(7));
    String run = submit();
    until(() -> worker.sent(run).equals("p/a#1"));
    engine.pauseClass("small", true);
    worker.succeed(worker.tasks(run).get(0), "w", "1");
    until(() -> attempt(run, 1).equals("HELD"));
    engine.pauseFlow("two", true);
    String waiting = submit();
    until(() -> engine.run(waiting).orElseThrow().state().equals("QUEUED"));

    engine.close();
    worker.close();
    start(Duration.ofDays(7));
    assertThat(engine.pauses())
        .extracting(PauseView::flow, PauseView::resourceClass)
        .containsExactly(tuple("two", null), tuple(null, "small"));
    assertThat(worker.sent(run)).isEqualTo("p/a#1");
    assertThat(engine.run(run).orElseThrow().missing())
        .filteredOn(flag -> flag.clearedAt() == null)
        .isEmpty();

    engine.pauseClass("small", false);
    assertThat(worker.sent(waiting)).as("its flow is paused still").isEmpty();
    engine.pauseFlow("two", false);
    until(() -> worker.sent(run).equals("p/a#1 p/b#1"));
    until(() -> worker.sent(waiting).equals("p/a#1"));
    assertThat(engine.run(waiting).orElseThrow().state()).isEqualTo("RUNNING");
    assertThat(engine.pauses()).isEmpty();
  }

  @Test
  void aDeadLetterIsReplayedThoughItsRunIsPastItsRetention() throws Exception {
    start(Duration.ofSeconds(2));
    String run = submit();
    until(() -> worker.sent(run).equals("p/a#1"));
    worker.fail(worker.tasks(run).get(0), "w", FailureKind.INVALID_INPUT, "no");
    until(() -> engine.run(run).isEmpty());
    assertThat(engine.unknownRun(run)).contains("ended runs are kept for 2s");
    assertThat(list()).isEmpty();
    worker.succeed(worker.tasks(run).get(0), "w2", "too late");
    until(() -> meters.get("tierflow.inputs").tag("outcome", "UNKNOWN_RUN").counter().count() == 1);

    List<ReplayedLetter> replayed = replay();
    assertThat(replayed)
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.skipped()).isNull();
              assertThat(letter.note())
                  .isEqualTo(
                      "its run is past its retention: a new run begins at p/a, then runs p/b");
            });
    String again = replayed.get(0).replayRunId();
    until(() -> worker.sent(again).equals("p/a#1"));
    StageTask task = worker.tasks(again).get(0);
    assertThat(StandardCharsets.UTF_8.decode(task.getInput().getBytes()).toString())
        .isEqualTo("{\"n\":7}");
    assertThat(replay())
        .extracting(ReplayedLetter::skipped)
        .containsExactly("the same replay was sent before");
    worker.succeed(task, "w", "1");
    until(() -> worker.sent(again).equals("p/a#1 p/b#1"));
  }

  @Test
  void aDeadLetterWhoseInputIsLostIsRefusedBeforeAnythingIsSent() throws Exception {
    start(Duration.ofSeconds(2));
    String large = '"' + "x".repeat(600 * 1024) + '"';
    String flow = engine.apply(FlowReader.read("test.yaml", TWO_STAGES, Catalog.UNCHECKED)).name();
    String run =
        engine.submit(flow, large.getBytes(StandardCharsets.UTF_8), Map.of(), Optional.empty());
    until(() -> worker.sent(run).equals("p/a#1"));
    worker.fail(worker.tasks(run).get(0), "w", FailureKind.INVALID_INPUT, "no");
    until(() -> engine.run(run).isEmpty());
    forgetPayloads();

    assertThat(replay())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.replayRunId()).isNull();
              assertThat(letter.skipped())
                  .startsWith("its input is past the payloads' retention, so it needs another");
            });
    assertThat(list()).isEmpty();
  }

  private void forgetPayloads() throws Exception {
    String topic = KafkaPayloadStore.topic(topics.prefix());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      int partitions =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
      Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
      for (int i = 0; i < partitions; i++) {
        all.put(new TopicPartition(topic, i), RecordsToDelete.beforeOffset(-1));
      }
      admin.deleteRecords(all).all().get();
    }
  }

  private List<?> list() {
    return engine
        .runs(new RunFilter(Optional.empty(), Optional.empty(), Optional.empty(), 10))
        .items();
  }

  private List<ReplayedLetter> replay() {
    return engine
        .replayDeadLetters(
            new BulkReplay.Request(
                LetterFilter.of(Map.of()),
                new ReplayChange(Optional.empty(), Optional.empty()),
                false,
                Optional.empty(),
                100))
        .items();
  }

  private String attempt(String run, int stage) {
    return engine.run(run).orElseThrow().pipelines().get(0).stages().get(stage).attempts().stream()
        .map(attempt -> attempt.state())
        .findFirst()
        .orElse("");
  }

  private String submit() {
    String flow = engine.apply(FlowReader.read("test.yaml", TWO_STAGES, Catalog.UNCHECKED)).name();
    return engine.submit(
        flow, "{\"n\":7}".getBytes(StandardCharsets.UTF_8), Map.of(), Optional.empty());
  }

  private void start(Duration retention) {
    engine =
        RunnerEngine.start(
            new EngineConfig(
                    broker.bootstrap(),
                    topics.prefix(),
                    data,
                    "http://127.0.0.1:1",
                    Set.of("small"),
                    0,
                    Map.of())
                .withRunRetention(Optional.of(retention)),
            InstantSource.system(),
            meters);
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
