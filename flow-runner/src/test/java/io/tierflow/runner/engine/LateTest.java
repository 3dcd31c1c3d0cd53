package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.client.AttemptView;
import io.tierflow.client.MissingView;
import io.tierflow.client.RunView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.machine.schedule.ScheduledAt;
import io.tierflow.schemas.StageTask;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.wire.UndecodableException;
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
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is late on a real broker, by the times that the runs themselves tell, and a clock that
 * jumps.
 */
@KafkaTest
class LateTest {

  private static final Duration PROMISED = Duration.ofSeconds(1);

  @TempDir private static Path brokerData;
  private static TestKafka broker;

  @TempDir private Path data;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private final InstantSource clock = () -> InstantSource.system().instant().plus(ahead.get());
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
    engine =
        RunnerEngine.start(
            TestEngines.config(broker.bootstrap(), topics, data, "small"),
            clock,
            new SimpleMeterRegistry());
    worker = new ScriptedWorker(broker.bootstrap(), topics, "small");
  }

  @AfterEach
  void stopEngine() {
    worker.close();
    engine.close();
  }

  @Test
  void flagsWhatIsLateWithinASecondAndClearsItWhenItComes() throws Exception {
    worker.announce("w1", "small");
    String running = submit("running", "", "timeout: {run: 200ms}");
    Instant started = clock.instant();
    worker.start(task(running), "w1", started);
    String waiting = submit("waiting", "", "timeout: {queue: 500ms}");
    String deadline = submit("deadline", "deadline: 1s\n", "retry: {attempts: 1}");
    apply("due", "every: 1s\nschedule: {complete-within: 500ms}\n", "retry: {attempts: 1}");

    MissingView notPickedUp = flag(waiting, "NOT_PICKED_UP");
    assertLate(nap(waiting).queuedAt().plusMillis(500), notPickedUp);
    assertLate(run(deadline).submittedAt().plusSeconds(1), flag(deadline, "RUN_OVERDUE"));
    String scheduled = dueRun();
    Instant due = Instant.parse(run(scheduled).labels().get(ScheduledAt.LABEL));
    assertLate(due.plusMillis(500), flag(scheduled, "SCHEDULE_MISSED"));
    // A worker has ten seconds to stop an attempt at its run timeout.
    assertLate(started.plusMillis(10_200), flag(running, "OVERDUE"));

    for (String late : List.of(running, waiting, deadline, scheduled)) {
      worker.succeed(task(late), "w1", "1");
      until(() -> run(late).endedAt() != null);
      assertThat(run(late).state()).isEqualTo("SUCCEEDED");
      assertThat(run(late).missing()).allMatch(flag -> flag.clearedAt() != null);
    }
  }

  @Test
  void sendsWhatIsOutAgainWhenItsClockJumpsAheadAndGoesOnWhenItJumpsBack() throws Exception {
    String run = submit("jump", "", "timeout: {hand-over: 0s, heartbeat: 1m}");
    StageTask first = task(run);
    worker.handOver(first, "w1", Duration.ofMinutes(1));
    until(() -> nap(run).startedAt() != null);

    ahead.set(Duration.ofHours(1));
    until(() -> worker.sent(run).equals("p/nap#1 p/nap#2"));
    assertThat(flag(run, "HEARTBEAT_LOST")).isNotNull();
    ahead.set(Duration.ofHours(-1));
    worker.succeed(first, "w1", "1");
    until(() -> run(run).stale() == 1);
    worker.succeed(worker.tasks(run).get(1), "w2", "2");

    until(() -> run(run).endedAt() != null);
    assertThat(run(run).state()).isEqualTo("SUCCEEDED");
    assertThat(run(run).output()).hasToString("{\"p\":2}");
    assertThat(run(run).pipelines().get(0).stages().get(0).attempts())
        .extracting(AttemptView::number, AttemptView::state)
        .containsExactly(tuple(1, "FAILED"), tuple(2, "SUCCEEDED"));
    String later = submit("later", "", "retry: {attempts: 1}");
    worker.succeed(task(later), "w1", "3");
    until(() -> run(later).endedAt() != null);
  }

  @Test
  void flagsATaskThatDiedWithItsWholePoolUntilAnotherWorkerBeginsIt() throws Exception {
    worker.announce("w1", "small");
    Instant lastHeardOf = clock.instant();
    String run = submit("pool", "", "retry: {attempts: 1}");
    StageTask task = task(run);
    worker.start(task, "w1", clock.instant());
    until(() -> nap(run).startedAt() != null);
    assertThat(run(run).missing()).isEmpty();

    assertThat(flag(run, "NO_WORKERS").since()).isAfterOrEqualTo(lastHeardOf.plusSeconds(10));
    worker.announce("w2", "small");
    beginAgainAndEnd(run, task, "NO_WORKERS");
  }

  @Test
  void flagsATaskThatDiedWithItsWorkerWhileNoOtherIsFreeUntilOneBeginsIt() throws Exception {
    worker.announce("w1", "small");
    String run = submit("worker", "", "timeout: {queue: 5s, hand-over: 10s}");
    StageTask task = task(run);
    Instant started = clock.instant();
    worker.start(task, "w1", started);
    until(() -> nap(run).startedAt() != null);

    until(
        () -> {
          worker.announce("w2", "small"); // is there all the time, and works on something else
          ahead.updateAndGet(before -> before.plusSeconds(2));
          return run(run).missing().stream().anyMatch(f -> f.reason().equals("NOT_PICKED_UP"));
        });
    // Its hand-over, and what the broker may take to find out and to give it to another.
    assertThat(flag(run, "NOT_PICKED_UP").since()).isAfterOrEqualTo(started.plusSeconds(100));
    beginAgainAndEnd(run, task, "NOT_PICKED_UP");
  }

  private void beginAgainAndEnd(String run, StageTask task, String flag) {
    worker.start(task, "w2", clock.instant());
    until(() -> flag(run, flag).clearedAt() != null);
    worker.succeed(task, "w2", "1");
    until(() -> run(run).endedAt() != null);
    assertThat(run(run).state()).isEqualTo("SUCCEEDED");
  }

  private static void assertLate(Instant due, MissingView flag) {
    assertThat(flag.since()).isBetween(due, due.plus(PROMISED));
  }

  private MissingView flag(String run, String reason) {
    until(() -> run(run).missing().stream().anyMatch(each -> each.reason().equals(reason)));
    return run(run).missing().stream()
        .filter(each -> each.reason().equals(reason))
        .findFirst()
        .orElseThrow();
  }

  private void apply(String flow, String settings, String ofStage) throws Exception {
    String text =
        """
        flow: %s
        class: small
        %spipelines:
          p:
            stages: [{stage: nap, handler: echo, %s}]
        """
            .formatted(flow, settings, ofStage);
    engine.apply(FlowReader.read(flow, text, Catalog.UNCHECKED));
  }

  private String submit(String flow, String settings, String ofStage) throws Exception {
    apply(flow, settings, ofStage);
    byte[] input = "0".getBytes(StandardCharsets.UTF_8);
    return engine.submit(flow, input, Map.of(), Optional.empty());
  }

  private String dueRun() throws UndecodableException {
    until(() -> worker.all().stream().anyMatch(task -> task.getFlow().equals("due")));
    StageTask first =
        worker.all().stream()
            .filter(task -> task.getFlow().equals("due"))
            .findFirst()
            .orElseThrow();
    until(() -> engine.run(first.getRunId()).isPresent());
    return first.getRunId();
  }

  private StageTask task(String run) throws Exception {
    until(() -> !worker.tasks(run).isEmpty());
    return worker.tasks(run).get(0);
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
