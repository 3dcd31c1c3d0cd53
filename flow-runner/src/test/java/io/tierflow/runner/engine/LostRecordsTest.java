package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.client.RunView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.schemas.StageTask;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a crash between the record of a decision and the record of its task leaves behind, in either
 * order: made by deleting what would not have been written, while the engine is stopped.
 */
@KafkaTest
class LostRecordsTest {

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
  private static Admin admin;

  @TempDir private Path firstData;
  @TempDir private Path secondData;
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
  void startEngine(TestInfo test) {
    topics = new TopicNames(test.getTestMethod().orElseThrow().getName() + ".");
    engine = start(firstData);
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
  }

  @AfterEach
  void stopEngine() {
    worker.close();
    engine.close();
  }

  @Test
  void sendsTheTaskThatWasLostAfterItsDecisionWasKept() throws Exception {
    String run = submit();
    StageTask a = firstTask(run);
    worker.succeed(a, "w1", "1");
    until(() -> worker.sent(run).equals("p/a#1 p/b#1"));
    engine.close();
    TopicPartition tasks = new TopicPartition(topics.tasks("small"), 0);
    admin.deleteRecords(Map.of(tasks, RecordsToDelete.beforeOffset(-1))).all().get();
    readInputsAgain();

    engine = start(firstData);

    until(() -> worker.sent(run).equals("p/a#1 p/b#1 p/b#1"));
    worker.succeed(worker.tasks(run).get(2), "w1", "2");
    until(() -> engine.run(run).filter(view -> view.endedAt() != null).isPresent());
    RunView view = engine.run(run).orElseThrow();
    assertThat(view.state()).isEqualTo("SUCCEEDED");
    assertThat(view.stale()).isZero();
  }

  @Test
  void decidesAgainWithTheSameTasksWhatWasLostAfterItsTaskWasSent() throws Exception {
    String ended = submit();
    answerUntilEnded(ended);
    String halfWay = submit();
    worker.succeed(firstTask(halfWay), "w1", "1");
    until(() -> worker.sent(halfWay).equals("p/a#1 p/b#1"));
    String begun = submit();
    firstTask(begun);
    engine.close();
    forgetState();

    engine = start(secondData);

    for (String run : List.of(ended, halfWay, begun)) {
      until(() -> engine.run(run).isPresent());
      answerUntilEnded(run);
      assertThat(engine.run(run).orElseThrow().state()).isEqualTo("SUCCEEDED");
      assertThat(Set.copyOf(List.of(worker.sent(run).split(" "))))
          .containsExactlyInAnyOrder("p/a#1", "p/b#1");
    }
  }

  private RunnerEngine start(Path data) {
    return TestEngines.start(broker.bootstrap(), topics, data, "small");
  }

  private String submit() {
    String name = engine.apply(FlowReader.read("test.yaml", TWO_STAGES, Catalog.UNCHECKED)).name();
    return engine.submit(name, "{}".getBytes(StandardCharsets.UTF_8), Map.of(), Optional.empty());
  }

  private StageTask firstTask(String run) throws Exception {
    until(() -> !worker.tasks(run).isEmpty());
    return worker.tasks(run).get(0);
  }

  // At least once: a task that comes again is answered again, always with the same words.
  private void answerUntilEnded(String run) {
    int[] answered = new int[1];
    until(
        () -> {
          List<StageTask> tasks = worker.tasks(run);
          tasks.subList(answered[0], tasks.size()).forEach(task -> worker.succeed(task, "w1", "1"));
          answered[0] = tasks.size();
          return engine.run(run).orElseThrow().endedAt() != null;
        });
  }

  private void readInputsAgain() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> beginning = new HashMap<>();
    admin
        .listConsumerGroupOffsets(group())
        .partitionsToOffsetAndMetadata()
        .get()
        .keySet()
        .forEach(partition -> beginning.put(partition, new OffsetAndMetadata(0)));
    assertThat(beginning).isNotEmpty();
    admin.alterConsumerGroupOffsets(group(), beginning).all().get();
  }

  private void forgetState() throws Exception {
    Set<String> changelogs = new TreeSet<>(admin.listTopics().names().get());
    changelogs.removeIf(name -> !(name.startsWith(group()) && name.endsWith("-changelog")));
    assertThat(changelogs).isNotEmpty();
    admin.deleteTopics(changelogs).all().get();
    admin.deleteConsumerGroups(List.of(group())).all().get();
    until(() -> admin.listTopics().names().get().stream().noneMatch(changelogs::contains));
  }

  private String group() {
    return topics.runnerGroup();
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
