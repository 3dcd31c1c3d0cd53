package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.client.FlowView;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.MissingView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.machine.schedule.ScheduledAt;
import io.tierflow.runner.MissingFilter;
import io.tierflow.runner.letters.Letter;
import io.tierflow.runner.letters.LetterFilter;
import io.tierflow.schemas.StageTask;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.testkafka.TopicContents;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.topics.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Schedules on a real broker, with runners that come and go. */
@KafkaTest
class ScheduleTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String ONE_STAGE =
      """
      flow: f
      class: small
      pipelines: {p: {stages: [{stage: s, handler: echo}]}}
      """;

  @TempDir private static Path brokerData;
  private static TestKafka broker;

  @TempDir private Path data;
  private final InstantSource clock = InstantSource.system();
  private final List<RunnerEngine> engines = new ArrayList<>();
  private TopicNames topics;
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
  void startWorker(TestInfo test) {
    topics = new TopicNames(test.getTestMethod().orElseThrow().getName() + ".");
  }

  @AfterEach
  void stop() {
    engines.forEach(RunnerEngine::close);
    worker.close();
  }

  @Test
  void eachDueTimeIsOneRunWhicheverRunnersThereAre() throws Exception {
    RunnerEngine one = start("one");
    RunnerEngine two = start("two");
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
    Instant applied =
        apply(one, "every: 1s\nschedule: {catch-up: all, overlap: allow}\n").appliedAt();
    untilThreeMoreRuns();

    stop(one);
    untilThreeMoreRuns();

    one = start("one");
    untilThreeMoreRuns();
    stop(two);
    untilThreeMoreRuns();

    stop(one);
    Files.delete(data.resolve("one").resolve("stopped-cleanly"));
    Instant down = clock.instant();
    until(() -> clock.instant().isAfter(down.plusSeconds(3)));
    one = start("one");
    untilThreeMoreRuns();

    assertThat(apply(one, "").schedule()).isNull();
    NavigableMap<Instant, String> due = new TreeMap<>();
    // Runs are in several partitions: the first task of a later one may come first.
    until(
        () -> {
          for (String run : worker.runs()) {
            if (!due.containsValue(run)) {
              Instant at = Instant.parse(label(engines.get(0), run).orElseThrow());
              assertThat(due.put(at, run)).as("another run of %s", at).isNull();
            }
          }
          return due.lastKey().equals(due.firstKey().plusSeconds(due.size() - 1L));
        });
    assertThat(due.firstKey()).isBeforeOrEqualTo(applied.plusSeconds(1));
    due.forEach((at, run) -> assertThat(run).isEqualTo(ScheduledRuns.id("f", at)));
  }

  @Test
  void aQueuedDueTimeStartsWhenTheRunBeforeItHasEnded() throws Exception {
    RunnerEngine engine = start("one");
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
    FlowView flow = apply(engine, "every: 1s\nschedule: {overlap: queue, input: {n: 7}}\n");
    assertThat(flow.schedule().every()).isEqualTo("1s");
    assertThat(flow.schedule().nextDueAt()).isAfter(flow.appliedAt());

    String first = untilRun(1);
    Instant due = Instant.parse(label(engine, first).orElseThrow());
    until(() -> clock.instant().isAfter(due.plusMillis(2500)));
    assertThat(worker.runs()).hasSize(1);

    worker.succeed(worker.tasks(first).get(0), "w1", "1");
    assertThat(untilRun(2)).isEqualTo(ScheduledRuns.id("f", due.plusSeconds(1)));
    assertThat(engine.run(first).orElseThrow().input()).hasToString("{\"n\":7}");
  }

  @Test
  void whatIsNotDoneInTimeIsMissedUntilALaterDueTimeIsDone() throws Exception {
    RunnerEngine engine = start("one");
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
    apply(engine, "every: 1s\nschedule: {complete-within: 1s}\n");
    String first = untilRun(1);
    Instant due = Instant.parse(label(engine, first).orElseThrow());
    until(() -> missed(engine).stream().anyMatch(it -> it.detail().contains("more were missed")));
    assertThat(missed(engine))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.runId()).isEqualTo(first);
              assertThat(it.dueAt()).isEqualTo(due);
              assertThat(it.since()).isAfterOrEqualTo(due.plusSeconds(1));
            });
    assertThat(engine.run(first).orElseThrow().missing())
        .extracting(MissingView::reason)
        .contains("SCHEDULE_MISSED");

    Set<String> done = new HashSet<>();
    until(
        () -> {
          for (StageTask task : worker.all()) {
            if (done.add(task.getTaskId())) {
              worker.succeed(task, "w1", "1");
            }
          }
          return missed(engine).stream().anyMatch(it -> it.clearedAt() != null);
        });
    assertThat(missed(engine))
        .anySatisfy(it -> assertThat(it.clearedBy()).startsWith("what was due at "));
  }

  @Test
  void aScheduleThatCannotBeReadIsSetAsideAndGoesOnWhenItsFlowIsAppliedAgain() throws Exception {
    String schedule = "every: 1s\nschedule: {overlap: allow}\n";
    RunnerEngine engine = start("one");
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
    int version = apply(engine, schedule).version();
    untilRun(1);
    stop(engine);
    damage();

    RunnerEngine next = start("two"); // an empty folder: the changelog is all there is
    List<Letter> letters = untilSetAside(next);
    int before = worker.runs().size();
    assertThat(letters)
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.content().getReason().getMessage())
                    .startsWith("the schedule of flow f cannot be read")
                    .contains("apply the flow again to plan it anew"));
    until(() -> missed(next).stream().anyMatch(it -> it.detail().contains("a dead letter")));

    assertThat(apply(next, schedule).version()).isEqualTo(version);
    untilRun(before + 2);
  }

  /** Makes what a changelog holds of the schedule something that nobody can read. */
  private void damage() throws Exception {
    String topic = topics.runnerGroup() + "-" + Stores.FLOWS + "-changelog";
    byte[] key = StoreKeys.schedule("f").get();
    Set<Integer> partitions = new HashSet<>();
    TopicContents.forEach(
        broker.bootstrap(),
        topic,
        record -> {
          if (Arrays.equals(record.key(), key)) {
            partitions.add(record.partition());
          }
        });
    assertThat(partitions).hasSize(1);
    TopicContents.add(
        broker.bootstrap(),
        new ProducerRecord<>(
            topic, partitions.iterator().next(), key, new byte[] {(byte) 0xff, 0, 1}));
  }

  private static List<Letter> untilSetAside(RunnerEngine engine) {
    List<Letter> letters = new ArrayList<>();
    until(
        () -> {
          letters.addAll(
              engine.deadLetters().read(LetterFilter.of(Map.of()), Optional.empty(), 10).letters());
          return !letters.isEmpty();
        });
    return letters;
  }

  private static List<MissingCompletion> missed(RunnerEngine engine) {
    return engine.missing(MissingFilter.all().withCleared(Duration.ofMinutes(1))).items().stream()
        .filter(it -> it.reason().equals("SCHEDULE_MISSED"))
        .toList();
  }

  private RunnerEngine start(String name) throws Exception {
    RunnerEngine engine =
        RunnerEngine.start(
            TestEngines.config(
                broker.bootstrap(), topics, Files.createDirectories(data.resolve(name)), "small"),
            clock,
            new SimpleMeterRegistry());
    engines.add(engine);
    return engine;
  }

  private void stop(RunnerEngine engine) {
    engines.remove(engine);
    engine.close();
  }

  private static FlowView apply(RunnerEngine engine, String schedule) {
    return engine.apply(FlowReader.read("f.yaml", schedule + ONE_STAGE, Catalog.UNCHECKED));
  }

  private void untilThreeMoreRuns() throws UndecodableException {
    int before = worker.runs().size();
    until(() -> worker.runs().size() >= before + 3);
  }

  private String untilRun(int count) throws UndecodableException {
    until(() -> worker.runs().size() >= count);
    return List.copyOf(worker.runs()).get(count - 1);
  }

  private static Optional<String> label(RunnerEngine engine, String run) {
    until(() -> engine.run(run).isPresent()); // its first task is sent before it is to be seen
    return engine.run(run).map(view -> view.labels().get(ScheduledAt.LABEL));
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
