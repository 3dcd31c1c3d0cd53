package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.AttemptView;
import io.tierflow.client.PoolView;
import io.tierflow.client.RunView;
import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.standalone.Main;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of runs whose handlers do what no handler should, on real workers. */
class UnrulyHandlerTest {

  private static final String[] WORKERS = {"worker-small", "worker-small-2"};

  @TempDir private Path folder;
  private static TestSystem system;
  private static Topics topics;

  @BeforeAll
  static void startSystem() throws Exception {
    system = TestSystem.start(UnrulyHandlerTest.class, Map.of("small", 1));
    system.cluster().startWorker(WORKERS[1], "small", 1);
    topics = new Topics(system.cluster().bootstrap());
  }

  @AfterAll
  static void stopSystem() {
    if (system != null) {
      system.close();
    }
  }

  @BeforeEach
  void startBothWorkers() {
    system.revive(WORKERS);
    system.awaitSlots(2);
  }

  @Test
  void failsTheAttemptOfAHandlerThatThrowsAnErrorAndItsWorkerGoesOn() {
    List<Long> before = workers();

    RunView overflow = system.awaitEnd(submit("overflow", "does: overflow", ""));
    RunView noClass = system.awaitEnd(submit("no-class", "does: no-class", ""));

    assertThat(overflow.failure().kind()).isEqualTo("HANDLER_ERROR");
    assertThat(overflow.failure().message()).contains("StackOverflowError");
    assertThat(noClass.failure().kind()).isEqualTo("HANDLER_ERROR");
    assertThat(noClass.failure().message()).contains("com/example/NotPacked");
    assertThat(workers()).as("the processes are those of before").isEqualTo(before);
  }

  @Test
  void failsTheAttemptOfAHandlerWhoseResultIsTooLarge() {
    RunView run = system.awaitEnd(submit("large", "does: large, chars: 70000000", ""));

    assertThat(run.state()).isEqualTo("FAILED");
    assertThat(run.failure().message()).contains("70000002").contains("67108864");
    assertThat(topics.deadLetters(run.id())).singleElement().satisfies(this::hasItsInput);
  }

  @Test
  void givesTheTaskOfAHandlerThatExitsItsProcessToTheNextWorker() {
    Path once = folder.resolve("exited").toAbsolutePath();
    String id;
    String first;
    try (ChildProcess worker = ChildProcess.start(briefWorker())) {
      TestSystem.patiently()
          .until(system.client()::pools, pools -> pools.stream().anyMatch(this::isBrief));
      id = submit("exits", "does: exit, once: '" + once + "'", ", class: brief");
      assertThat(worker.onExit().orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(3);
      first = worker.readyLine();
    }

    try (ChildProcess worker = ChildProcess.start(briefWorker())) {
      RunView run = system.awaitEnd(id);

      assertThat(run.state()).isEqualTo("SUCCEEDED");
      List<AttemptView> attempts = TestSystem.stage(run, "p/work").attempts();
      assertThat(worker.readyLine()).contains(attempts.get(attempts.size() - 1).worker());
      assertThat(worker.readyLine()).isNotEqualTo(first);
    }
  }

  private boolean isBrief(PoolView pool) {
    return pool.resourceClass().equals("brief");
  }

  /** One that waits only a second for the task that ends it. */
  private static ChildSpec briefWorker() {
    List<String> args =
        List.of(
            "worker",
            "--bootstrap",
            system.cluster().bootstrap(),
            "--class",
            "brief",
            "--grace-seconds",
            "1");
    return ChildSpec.of("worker-brief", Main.class, args, system.cluster().logDir());
  }

  @Test
  void setsATaskAsideThatKillsEveryWorkerThatTakesIt() {
    String id =
        submit("poison", "does: halt, after: 700", ", timeout: {hand-over: 0s, heartbeat: 1s}");

    RunView run =
        TestSystem.patiently()
            .until(
                () -> {
                  system.revive(WORKERS);
                  return system.client().run(id).orElseThrow();
                },
                seen -> seen.endedAt() != null);

    assertThat(run.state()).isEqualTo("FAILED");
    assertThat(run.failure().kind()).isEqualTo("WORKER_LOST");
    List<AttemptView> attempts = TestSystem.stage(run, "p/work").attempts();
    assertThat(attempts)
        .hasSizeLessThanOrEqualTo(5)
        .allSatisfy(attempt -> assertThat(attempt.failure().kind()).isEqualTo("WORKER_LOST"));
    assertThat(topics.deadLetters(id))
        .singleElement()
        .satisfies(this::hasItsInput)
        .satisfies(
            letter -> {
              assertThat(letter.getReason().getKind()).isEqualTo(FailureKind.WORKER_LOST);
              assertThat(letter.getHistory()).hasSameSizeAs(attempts);
            });
  }

  @Test
  void countsOnlyTheFirstReplyOfAHandlerThatSeemsToReturnTwice() throws Exception {
    system.client().apply("twice", flow("twice", "echo", "{}", ""));
    String id = system.client().submit("twice", JsonNodeFactory.instance.textNode("in"));
    RunView before = system.awaitEnd(id);
    StageResult reply =
        topics.values("tierflow.results", StageResult.class).stream()
            .filter(result -> result.getRunId().equals(id))
            .filter(result -> result.getBody() instanceof StageSucceeded)
            .findFirst()
            .orElseThrow();

    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    topics.put("tierflow.results", key, topics.encode("tierflow.results", reply));
    StageResult other = StageResult.newBuilder(reply).setWorker("another").build();
    topics.put("tierflow.results", key, topics.encode("tierflow.results", other));

    RunView after = system.awaitRun(id, run -> run.stale() > 0);
    assertThat(after.pipelines()).isEqualTo(before.pipelines());
    assertThat(after.output()).isEqualTo(before.output());
    assertThat(after.endedAt()).isEqualTo(before.endedAt());
  }

  private void hasItsInput(DeadLetter letter) {
    assertThat(letter.getTask().getInput().getBytes())
        .isEqualTo(StandardCharsets.UTF_8.encode("\"in\""));
  }

  private static String submit(String flow, String with, String settings) {
    system.client().apply(flow, flow(flow, UnrulyHandler.NAME, "{" + with + "}", settings));
    return system.client().submit(flow, JsonNodeFactory.instance.textNode("in"));
  }

  private static String flow(String name, String handler, String with, String settings) {
    return """
        flow: %s
        class: small
        pipelines:
          p:
            stages:
              - {stage: work, handler: %s, with: %s, retry: {attempts: 1}%s}
        """
        .formatted(name, handler, with, settings);
  }

  private static List<Long> workers() {
    return List.of(WORKERS).stream().map(name -> system.cluster().child(name).pid()).toList();
  }
}
