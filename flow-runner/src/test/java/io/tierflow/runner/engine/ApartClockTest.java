package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.client.AttemptView;
import io.tierflow.client.MissingView;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose clock is minutes apart, on a real broker: its lease goes by the runner's. */
@KafkaTest
class ApartClockTest {

  private static final Duration APART = Duration.ofMinutes(5);
  private static final Duration SILENCE = Duration.ofSeconds(8);
  private static final String FLOW =
      """
      flow: apart
      class: small
      pipelines:
        p:
          stages:
            - stage: nap
              handler: echo
              timeout: {queue: 500ms, run: 1m, hand-over: 0s, heartbeat: 8s}
            - {stage: next, handler: echo}
      """;

  @TempDir private static Path brokerData;
  private static TestKafka broker;

  @TempDir private Path data;
  private final InstantSource clock = InstantSource.system();
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
    TopicNames topics = new TopicNames(test.getTestMethod().orElseThrow().getName() + ".");
    engine = TestEngines.start(broker.bootstrap(), topics, data, "small");
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
  }

  @AfterEach
  void stopEngine() {
    worker.close();
    engine.close();
  }

  @Test
  void aWorkerThatIsBehindKeepsItsTaskAsLongAsItIsHeardOf() throws Exception {
    worksAndFallsSilent(APART.negated());
  }

  @Test
  void aWorkerThatIsAheadKeepsItsTaskAsLongAsItIsHeardOf() throws Exception {
    worksAndFallsSilent(APART);
  }

  private void worksAndFallsSilent(Duration ahead) throws Exception {
    worker.clockIsAhead(ahead);
    worker.announce("w1", "small");
    engine.apply(FlowReader.read("apart.yaml", FLOW, Catalog.UNCHECKED));
    byte[] input = "0".getBytes(StandardCharsets.UTF_8);
    String run = engine.submit("apart", input, Map.of(), Optional.empty());
    StageTask first = task(run, 0);
    Instant told = worker.now();
    worker.handOver(first, "w1", SILENCE, told);

    Instant enough = clock.instant().plus(SILENCE.multipliedBy(2));
    until(
        () -> {
          worker.beat(first, "w1");
          return clock.instant().isAfter(enough);
        });
    Instant beforeLast = clock.instant();
    worker.beat(first, "w1");
    until(() -> nap(run).startedAt() != null);
    assertThat(nap(run).startedAt()).as("is shown as its worker tells it").isEqualTo(told);
    assertThat(reasons(run)).doesNotContain("HEARTBEAT_LOST", "OVERDUE");

    until(() -> reasons(run).contains("HEARTBEAT_LOST"));
    MissingView lost =
        run(run).missing().stream()
            .filter(it -> it.reason().equals("HEARTBEAT_LOST"))
            .findFirst()
            .orElseThrow();
    assertThat(lost.since())
        .isBetween(beforeLast.plus(SILENCE), beforeLast.plus(APART.dividedBy(2)));
    StageTask again = task(run, 1);
    assertThat(again.getAttempt()).isEqualTo(2);
    worker.announce("w1", "small");
    until(() -> engine.pools().size() == 1);
    worker.start(again, "w1", worker.now());
    worker.succeed(again, "w1", worker.now(), "1");
    worker.succeed(task(run, 2), "w1", worker.now(), "2");
    until(() -> run(run).endedAt() != null);

    assertThat(run(run).state()).isEqualTo("SUCCEEDED");
    assertThat(run(run).output()).hasToString("{\"p\":2}");
    assertThat(run(run).stale()).isZero();
    assertThat(run(run).missing()).allMatch(flag -> flag.clearedAt() != null);
    assertThat(reasons(run)).doesNotContain("OVERDUE");
  }

  private List<String> reasons(String run) {
    return run(run).missing().stream().map(MissingView::reason).toList();
  }

  private StageTask task(String run, int index) throws Exception {
    until(() -> worker.tasks(run).size() > index);
    return worker.tasks(run).get(index);
  }

  private RunView run(String id) {
    return engine.run(id).orElseThrow();
  }

  private AttemptView nap(String run) {
    return run(run).pipelines().get(0).stages().get(0).attempts().get(0);
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
