package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.AttemptView;
import io.tierflow.client.MissingView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.schemas.StageHeartbeat;
import io.tierflow.schemas.StageResult;
import io.tierflow.standalone.process.SupervisedChild;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a stage whose worker is killed while it runs. Two workers of one slot each. */
class WorkerCrashTest {

  private static final List<String> WORKERS = List.of("worker-small", "worker-small-2");

  private static TestSystem system;

  @BeforeAll
  static void startSystem() throws Exception {
    system = TestSystem.start(WorkerCrashTest.class, Map.of("small", 1));
    system.cluster().startWorker("worker-small-2", "small", 1);
  }

  @AfterAll
  static void stopSystem() {
    if (system != null) {
      system.close();
    }
  }

  @BeforeEach
  void startBothWorkers() {
    system.revive(WORKERS.toArray(String[]::new));
    system.awaitSlots(2);
  }

  @Test
  void deliversTheSameAttemptToAnotherWorkerAsSoonAsTheConnectionIsLost() {
    system
        .client()
        .apply(
            "short",
            """
            flow: short
            class: small
            pipelines:
              p:
                stages:
                  - {stage: before, handler: echo}
                  - {stage: nap, handler: sleep, with: {for: 3s}}
                  - {stage: after, handler: echo}
            """);
    String id = system.client().submit("short", JsonNodeFactory.instance.textNode("kept"));
    String holder = awaitWorkerOf(id, "p/nap");

    process(holder).kill();
    long killed = System.nanoTime();

    RunView moved = system.awaitRun(id, run -> !holder.equals(workerOf(run, "p/nap")));
    TestSystem.tell("killed worker's task shown running elsewhere", killed);
    assertThat(System.nanoTime() - killed)
        .as("sooner than the lock of 30 s would have ended")
        .isLessThan(TimeUnit.SECONDS.toNanos(20));
    assertThat(moved.missing()).isEmpty();
    RunView run = system.awaitEnd(id);
    assertThat(run.state()).isEqualTo("SUCCEEDED");
    assertThat(run.output().get("p").textValue()).isEqualTo("kept");
    for (String stage : List.of("p/before", "p/nap", "p/after")) {
      assertThat(TestSystem.stage(run, stage).attempts())
          .extracting(AttemptView::number, AttemptView::state)
          .containsExactly(tuple(1, "SUCCEEDED"));
    }
    assertThat(workerOf(run, "p/nap")).isNotEqualTo(holder);
  }

  @Test
  void sendsANewAttemptWhenTheHeartbeatsOfAHandedOverStageStop() {
    system
        .client()
        .apply(
            "long",
            """
            flow: long
            class: small
            pipelines:
              p:
                stages:
                  - stage: nap
                    handler: sleep
                    with: {for: 8s}
                    timeout: {hand-over: 0s, heartbeat: 2s}
                    retry: {attempts: 2, backoff: 100ms..100ms}
            """);
    String id = system.client().submit("long", JsonNodeFactory.instance.textNode("kept"));
    String holder = awaitWorkerOf(id, "p/nap");
    awaitHeartbeat(id);

    process(holder).kill();
    long killed = System.nanoTime();

    system.awaitRun(id, run -> !run.missing().isEmpty());
    TestSystem.tell("lost heartbeat (of 2 s) flagged", killed);
    RunView run = system.awaitEnd(id);
    assertThat(run.state()).isEqualTo("SUCCEEDED");
    assertThat(run.missing())
        .extracting(MissingView::reason, MissingView::pipeline, MissingView::stage)
        .containsExactly(tuple("HEARTBEAT_LOST", "p", "nap"));
    assertThat(run.missing().get(0).clearedAt()).isNotNull();
    StageView stage = TestSystem.stage(run, "p/nap");
    assertThat(stage.attempts())
        .extracting(AttemptView::number, AttemptView::state)
        .containsExactly(tuple(1, "FAILED"), tuple(2, "SUCCEEDED"));
    AttemptView lost = stage.attempts().get(0);
    assertThat(lost.worker()).isEqualTo(holder);
    assertThat(lost.failure().kind()).isEqualTo("WORKER_LOST");
    assertThat(stage.attempts().get(1).worker()).isNotEqualTo(holder);
  }

  private static SupervisedChild process(String workerId) {
    return system.workerProcess(workerId, WORKERS);
  }

  private static String awaitWorkerOf(String id, String stage) {
    return workerOf(system.awaitRun(id, run -> workerOf(run, stage) != null), stage);
  }

  /** The worker of a stage's newest attempt; null while it is not known. */
  private static String workerOf(RunView run, String stage) {
    List<AttemptView> attempts = TestSystem.stage(run, stage).attempts();
    return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1).worker();
  }

  // A heartbeat is sent only once the runner owns the lease.
  private static void awaitHeartbeat(String id) {
    Topics topics = new Topics(system.cluster().bootstrap());
    TestSystem.patiently()
        .until(
            () ->
                topics.values("tierflow.results", StageResult.class).stream()
                    .filter(result -> result.getRunId().equals(id))
                    .anyMatch(result -> result.getBody() instanceof StageHeartbeat));
  }
}
