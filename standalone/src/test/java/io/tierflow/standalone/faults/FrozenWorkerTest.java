package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.AttemptView;
import io.tierflow.client.MissingView;
import io.tierflow.client.RunView;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageHeartbeat;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.standalone.process.SupervisedChild;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a stage whose worker is frozen (SIGSTOP) while it runs, and of what the worker
 * says when it wakes. Two workers of one slot each.
 */
class FrozenWorkerTest {

  private static final List<String> WORKERS = List.of("worker-small", "worker-small-2");
  private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration PROMISED = Duration.ofSeconds(1);

  private static TestSystem system;
  private static Topics topics;

  @BeforeAll
  static void startSystem() throws Exception {
    system = TestSystem.start(FrozenWorkerTest.class, Map.of("small", 1));
    system.cluster().startWorker("worker-small-2", "small", 1);
    system.awaitSlots(2);
    topics = new Topics(system.cluster().bootstrap());
    system
        .client()
        .apply(
            "idle",
            """
            flow: idle
            class: small
            pipelines: {p: {stages: [{stage: work, handler: echo}]}}
            """);
  }

  @AfterAll
  static void stopSystem() {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void missesItsHeartbeatWithinASecondAndIgnoresItsReplyWhenItWakes() {
    String id =
        submit(
            "handed-over",
            """
            timeout: {hand-over: 0s, heartbeat: 2s}
                    retry: {attempts: 2, backoff: 100ms..100ms}""");
    String holder = awaitHolder(id);
    TestSystem.patiently().until(() -> !heartbeats(id).isEmpty());
    SupervisedChild frozen = system.workerProcess(holder, WORKERS);

    Signals.freeze(frozen);
    try {
      RunView run = system.awaitEnd(id);

      assertThat(run.state()).isEqualTo("SUCCEEDED");
      assertThat(run.missing())
          .extracting(MissingView::reason, MissingView::stage)
          .containsExactly(tuple("HEARTBEAT_LOST", "nap"));
      assertThat(run.missing().get(0).clearedAt()).isNotNull();
      Instant lastHeard = heartbeats(id).get(heartbeats(id).size() - 1);
      Instant flagged = run.missing().get(0).since();
      System.out.printf("frozen worker flagged %s after its last heartbeat%n", since(id));
      assertThat(Duration.between(lastHeard, flagged))
          .isBetween(HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT.plus(PROMISED));
      assertThat(TestSystem.stage(run, "p/nap").attempts())
          .extracting(AttemptView::number, AttemptView::state)
          .containsExactly(tuple(1, "FAILED"), tuple(2, "SUCCEEDED"));
      assertThat(TestSystem.stage(run, "p/nap").attempts().get(1).worker()).isNotEqualTo(holder);
    } finally {
      Signals.thaw(frozen);
    }

    assertStale(id, holder, 1);
  }

  @Test
  void losesItsLockAndIgnoresItsReplyWhenItWakes() throws Exception {
    lockFor(Duration.ofSeconds(3));
    String id = submit("locked", "retry: {attempts: 1}");
    String holder = awaitHolder(id);
    SupervisedChild frozen = system.workerProcess(holder, WORKERS);

    Signals.freeze(frozen);
    try {
      RunView run = system.awaitEnd(id);

      assertThat(run.state()).isEqualTo("SUCCEEDED");
      assertThat(run.missing()).isEmpty();
      assertThat(TestSystem.stage(run, "p/nap").attempts())
          .singleElement()
          .satisfies(attempt -> assertThat(attempt.number()).isEqualTo(1))
          .satisfies(attempt -> assertThat(attempt.worker()).isNotEqualTo(holder));
    } finally {
      Signals.thaw(frozen);
      lockFor(Duration.ofSeconds(30));
    }

    assertStale(id, holder, 1);
  }

  private static String submit(String flow, String settings) {
    system
        .client()
        .apply(
            flow,
            """
            flow: %s
            class: small
            pipelines:
              p:
                stages:
                  - stage: nap
                    handler: sleep
                    with: {for: 3s}
                    %s
                  - {stage: after, handler: echo}
            """
                .formatted(flow, settings));
    return system.client().submit(flow, input());
  }

  private static JsonNode input() {
    return JsonNodeFactory.instance.textNode("kept");
  }

  private static String awaitHolder(String id) {
    RunView run =
        system.awaitRun(
            id,
            seen -> {
              List<AttemptView> attempts = TestSystem.stage(seen, "p/nap").attempts();
              return !attempts.isEmpty() && attempts.get(0).worker() != null;
            });
    return TestSystem.stage(run, "p/nap").attempts().get(0).worker();
  }

  /**
   * The one that woke has gone on to other work: what it still said of the attempt is in the run's
   * history, and changed nothing.
   */
  private static void assertStale(String id, String worker, int attempt) {
    RunView before = system.awaitEnd(id);
    TestSystem.patiently()
        .until(
            () -> {
              String next = system.client().submit("idle", input());
              RunView run = system.awaitEnd(next);
              return TestSystem.stage(run, "p/work").attempts().get(0).worker();
            },
            worker::equals);
    RunView after = system.awaitEnd(id);
    assertThat(after.pipelines()).isEqualTo(before.pipelines());
    assertThat(after.state()).isEqualTo("SUCCEEDED");
    assertThat(after.output().path("p")).isEqualTo(input());
    boolean reported =
        topics.values("tierflow.results", StageResult.class).stream()
            .filter(result -> result.getRunId().equals(id) && result.getWorker().equals(worker))
            .anyMatch(result -> result.getBody() instanceof StageSucceeded);
    System.out.printf("a worker that woke %s%n", reported ? "reported" : "was told to stop");
    if (reported) {
      TestSystem.patiently()
          .untilAsserted(
              () ->
                  assertThat(events(id))
                      .filteredOn(event -> event.getType().equals("REPLY_IGNORED"))
                      .isNotEmpty()
                      .extracting(RunEvent::getStage, RunEvent::getAttempt, RunEvent::getWorker)
                      .containsOnly(tuple("nap", attempt, worker)));
      assertThat(system.awaitRun(id, run -> run.stale() > 0).state()).isEqualTo("SUCCEEDED");
    }
  }

  private static List<RunEvent> events(String id) {
    return topics.values("tierflow.events", RunEvents.class).stream()
        .filter(events -> events.getRunId().equals(id))
        .flatMap(events -> events.getEvents().stream())
        .toList();
  }

  /** When the first attempt's heartbeats were sent; the first is the hand-over's own news. */
  private static List<Instant> heartbeats(String id) {
    return topics.values("tierflow.results", StageResult.class).stream()
        .filter(result -> result.getRunId().equals(id) && result.getAttempt() == 1)
        .map(StageResult::getBody)
        .filter(StageHeartbeat.class::isInstance)
        .map(body -> ((StageHeartbeat) body).getAt())
        .toList();
  }

  private static Duration since(String id) {
    List<Instant> heard = heartbeats(id);
    Instant flagged = system.awaitEnd(id).missing().get(0).since();
    return Duration.between(heard.get(heard.size() - 1), flagged);
  }

  private static void lockFor(Duration time) throws Exception {
    ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, "tierflow.workers.small");
    AlterConfigOp change =
        new AlterConfigOp(
            new ConfigEntry("share.record.lock.duration.ms", Long.toString(time.toMillis())),
            AlterConfigOp.OpType.SET);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", system.cluster().bootstrap()))) {
      admin.incrementalAlterConfigs(Map.of(group, List.of(change))).all().get();
    }
  }
}
