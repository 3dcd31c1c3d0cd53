package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.client.AttemptView;
import io.tierflow.client.BudgetView;
import io.tierflow.client.MissingView;
import io.tierflow.client.RunView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.runner.RunService.Readiness;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.StopOrder;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.testkafka.TestRegistry;
import io.tierflow.testkafka.TopicContents;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.WireCodecs;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the runner does about stages that end badly, and when what it needs refuses it, on a real
 * broker.
 */
@KafkaTest
class UnhappyEndsTest {

  private static final Duration PROMISED = Duration.ofSeconds(1);
  private static final String ONE_STAGE =
      """
      flow: one
      class: small
      pipelines: {p: {stages: [{stage: a, handler: echo, %s}]}}
      """;
  private static final String TWO_STAGES =
      """
      flow: two
      class: small
      pipelines: {p: {stages: [{stage: a, handler: echo}, {stage: b, handler: echo}]}}
      """;

  @TempDir private static Path brokerData;
  private static TestKafka broker;
  private static Admin admin;

  @TempDir private Path data;
  private TopicNames topics;
  private RunnerEngine engine;
  private ScriptedWorker worker;

  @BeforeAll
  static void startBroker() {
    broker = TestKafka.start(brokerData);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    broker.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    topics = new TopicNames(test.getTestMethod().orElseThrow().getName() + ".");
  }

  @AfterEach
  void stopEngine() {
    worker.close();
    engine.close();
  }

  @Test
  void failsAStageAtItsTotalTimeoutWhateverItsAttemptDoes() throws Exception {
    start(InstantSource.system(), Map.of(), new SingleObjectCodec());
    String run = submit(ONE_STAGE.formatted("timeout: {total: 1s}, retry: {attempts: 9}"), "7");
    StageTask task = task(run, "a");

    RunView ended = ended(run);
    assertThat(ended.failure().kind()).isEqualTo("TIMED_OUT");
    Instant due = attempt(ended).queuedAt().plusSeconds(1);
    assertThat(ended.endedAt()).isBetween(due, due.plus(PROMISED));
    assertThat(letters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getReason().getKind()).isEqualTo(FailureKind.TIMED_OUT);
              assertThat(text(letter.getTask())).isEqualTo("7");
            });
    worker.succeed(task, "w", "8");
    until(() -> run(run).stale() == 1);
    assertThat(run(run).state()).isEqualTo("FAILED");
  }

  @Test
  void flagsARunAndAnAttemptThatTakeFarLongerThanThoseBeforeThem() throws Exception {
    start(InstantSource.system(), Map.of(), new SingleObjectCodec());
    String flow = "deadline: auto\n" + ONE_STAGE.formatted("timeout: {run: auto}");
    for (int i = 0; i < 20; i++) {
      String run = submit(flow, "1");
      worker.succeed(task(run, "a"), "w", "1");
      ended(run);
    }
    until(() -> budgets(engine.flow("one").orElseThrow().budgets()).size() == 2);
    String slow = submit(flow, "1");
    Instant started = Instant.now();
    worker.start(task(slow, "a"), "w", started);

    until(() -> flag(slow, "OVERDUE").isPresent() && flag(slow, "RUN_OVERDUE").isPresent());
    Map<String, Long> held = budgets(run(slow).budgets());
    // Twice the percentile of the past, which is 5 ms of the stage, but never less than 5 s.
    assertThat(held.get("RUN")).isEqualTo(5000);
    assertThat(flag(slow, "OVERDUE").orElseThrow().since())
        .isBetween(started.plusSeconds(5), started.plusSeconds(5).plus(PROMISED));
    Instant due = run(slow).submittedAt().plusMillis(held.get("DEADLINE"));
    assertThat(flag(slow, "RUN_OVERDUE").orElseThrow().since()).isBetween(due, due.plus(PROMISED));
    assertThat(run(slow).state()).isEqualTo("RUNNING");
    worker.succeed(task(slow, "a"), "w", "1");
    assertThat(ended(slow).state()).isEqualTo("SUCCEEDED");
    assertThat(run(slow).missing()).allMatch(each -> each.clearedAt() != null);
  }

  @Test
  void tellsTheWorkersToEndTheElementsBesideOneThatFailed() throws Exception {
    start(InstantSource.system(), Map.of(), new SingleObjectCodec());
    String flow =
        """
        flow: wide
        class: small
        pipelines:
          p: {stages: [{stage: e, handler: echo, for-each: true}]}
          q: {stages: [{stage: a, handler: echo}]}
        """;
    String run = submit(flow, "[1,2,3]");
    until(() -> worker.tasks(run).size() == 4);
    StageTask failing =
        worker.tasks(run).stream()
            .filter(task -> Integer.valueOf(1).equals(task.getIndex()))
            .findFirst()
            .orElseThrow();
    worker.fail(failing, "w", FailureKind.INVALID_INPUT, "no");

    until(() -> read(topics.control(), StopOrder.class).size() == 1);
    StopOrder order = read(topics.control(), StopOrder.class).get(0);
    assertThat(order.getRunId() + " " + order.getPipeline() + "/" + order.getStage())
        .isEqualTo(run + " p/e");
    assertThat(order.getIndex()).as("all of its elements").isNull();
    worker.succeed(task(run, "a"), "w", "1");
    assertThat(ended(run).failure().kind()).isEqualTo("INVALID_INPUT");
  }

  /** The broker takes no record that is an hour old, as the runner's clock has it. */
  @Test
  void readsItsInputAgainWhenTheBrokerRefusesARecordAndSetsNothingAside() throws Exception {
    InstantSource slow = () -> InstantSource.system().instant().minus(Duration.ofHours(1));
    start(slow, Map.of(), new SingleObjectCodec());
    String run = submit(TWO_STAGES, "1");
    StageTask first = task(run, "a");
    alterEvents("60000", AlterConfigOp.OpType.SET);
    until(() -> isRefused(slow.instant()));

    worker.succeed(first, "w", "1");
    until(() -> engine.readiness() != Readiness.READY);
    alterEvents("", AlterConfigOp.OpType.DELETE);

    worker.succeed(task(run, "b"), "w", "2");
    assertThat(ended(run).state()).isEqualTo("SUCCEEDED");
    assertThat(run(run).stale()).isZero();
    assertThat(letters()).isEmpty();
  }

  @Test
  void waitsWithTheRecordInHandWhileTheRegistryIsAway() throws Exception {
    try (TestRegistry registry = new TestRegistry()) {
      WireCodec codec = WireCodecs.from(registry.settings());
      start(InstantSource.system(), registry.settings(), codec);
      codec.prepare(topics.results(), StageResult.class);
      String run = submit(TWO_STAGES, "1");
      StageTask first = task(run, "a");

      registry.goAway(); // before it was asked what results are written in
      worker.succeed(first, "w", "1");
      until(() -> registry.refusals() > 2);
      assertThat(worker.sent(run)).isEqualTo("p/a#1");
      registry.comeBack();

      worker.succeed(task(run, "b"), "w", "2");
      assertThat(ended(run).state()).isEqualTo("SUCCEEDED");
      assertThat(records(topics.deadLetters())).isEmpty();
      engine.close(); // before the registry
    }
  }

  private void alterEvents(String value, AlterConfigOp.OpType how) throws Exception {
    ConfigResource events = new ConfigResource(ConfigResource.Type.TOPIC, topics.events());
    ConfigEntry oldest = new ConfigEntry("message.timestamp.before.max.ms", value);
    admin
        .incrementalAlterConfigs(Map.of(events, List.of(new AlterConfigOp(oldest, how))))
        .all()
        .get();
  }

  /** Whether the broker, which hears of settings a little later, refuses an event of that time. */
  private boolean isRefused(Instant at) throws InterruptedException {
    try {
      TopicContents.add(
          broker.bootstrap(),
          new ProducerRecord<>(
              topics.events(), 0, at.toEpochMilli(), new byte[] {1}, new byte[] {1}));
      return false;
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(InvalidTimestampException.class);
      return true;
    }
  }

  private void start(InstantSource clock, Map<String, String> kafka, WireCodec codec) {
    engine =
        RunnerEngine.start(
            new EngineConfig(
                broker.bootstrap(),
                topics.prefix(),
                data,
                "http://127.0.0.1:1",
                Set.of("small"),
                0,
                kafka),
            clock,
            new SimpleMeterRegistry());
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small", codec);
  }

  private String submit(String flow, String input) {
    String name = engine.apply(FlowReader.read("test.yaml", flow, Catalog.UNCHECKED)).name();
    return engine.submit(name, input.getBytes(StandardCharsets.UTF_8), Map.of(), Optional.empty());
  }

  private StageTask task(String run, String stage) throws Exception {
    until(() -> worker.tasks(run).stream().anyMatch(task -> task.getStage().equals(stage)));
    return worker.tasks(run).stream()
        .filter(task -> task.getStage().equals(stage))
        .findFirst()
        .orElseThrow();
  }

  private RunView run(String id) {
    return engine.run(id).orElseThrow();
  }

  private Optional<MissingView> flag(String run, String reason) {
    return run(run).missing().stream().filter(flag -> flag.reason().equals(reason)).findFirst();
  }

  /** The limits that are known, in milliseconds. */
  private static Map<String, Long> budgets(List<BudgetView> budgets) {
    return budgets.stream()
        .filter(each -> each.atMostMs() != null)
        .collect(Collectors.toMap(BudgetView::limit, BudgetView::atMostMs));
  }

  private RunView ended(String run) {
    until(() -> engine.run(run).filter(view -> view.endedAt() != null).isPresent());
    return run(run);
  }

  private static AttemptView attempt(RunView run) {
    return run.pipelines().get(0).stages().get(0).attempts().get(0);
  }

  private List<DeadLetter> letters() throws Exception {
    return read(topics.deadLetters(), DeadLetter.class);
  }

  private static String text(StageTask task) {
    return StandardCharsets.UTF_8.decode(task.getInput().getBytes().duplicate()).toString();
  }

  private <T extends SpecificRecord> List<T> read(String topic, Class<T> type) throws Exception {
    List<T> values = new ArrayList<>();
    for (byte[] record : records(topic)) {
      values.add(new SingleObjectCodec().decode(topic, record, type));
    }
    return values;
  }

  private List<byte[]> records(String topic) {
    return TopicContents.of(broker.bootstrap(), topic).stream().map(ConsumerRecord::value).toList();
  }

  private static void until(Callable<Boolean> condition) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .ignoreException(UnavailableException.class) // while the engine starts anew
        .until(condition);
  }
}
