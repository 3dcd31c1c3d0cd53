package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.AttemptView;
import io.tierflow.client.MissingView;
import io.tierflow.client.RunView;
import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import io.tierflow.standalone.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three worker processes are stopped and replaced one after the other while runs flow, with
 * handlers on their threads and in processes of their own.
 */
class RollingDeployTest {

  private static final int WORKERS = 3;
  private static final int SLOTS = 2;

  /** Where handlers run, and how many runs are under way when a worker is stopped. */
  private enum Isolation {
    THREAD(24),
    PROCESS(10);

    private final int runsPerStep; // more than there are slots

    Isolation(int runsPerStep) {
      this.runsPerStep = runsPerStep;
    }

    List<String> options() {
      return this == THREAD ? List.of() : List.of("--isolation", "process", "--slot-memory", "96m");
    }
  }

  /** Much less than the heartbeat timeout of the long stage, much more than is needed. */
  private static final Duration AT_ONCE = Duration.ofSeconds(20);

  @TempDir private static Path folder;
  private static TestSystem system;
  private final List<ChildProcess> workers = new ArrayList<>();

  @BeforeAll
  static void startSystem() throws Exception {
    system = TestSystem.start(RollingDeployTest.class, Map.of());
  }

  private void startWorkers(Isolation isolation) {
    for (int i = 0; i < WORKERS; i++) {
      workers.add(ChildProcess.launch(worker(isolation, i)));
    }
    workers.forEach(ChildProcess::awaitReady);
    system.awaitSlots(WORKERS * SLOTS);
  }

  private static ChildSpec worker(Isolation isolation, int number) {
    return worker(isolation.name() + "-" + number, "small", SLOTS, 3, isolation.options());
  }

  private static ChildSpec worker(
      String name, String resourceClass, int slots, int graceSeconds, List<String> more) {
    List<String> args =
        new ArrayList<>(List.of("worker", "--bootstrap", system.cluster().bootstrap()));
    args.addAll(List.of("--class", resourceClass, "--slots", Integer.toString(slots)));
    args.addAll(List.of("--grace-seconds", Integer.toString(graceSeconds)));
    args.addAll(more);
    return ChildSpec.of(name, Main.class, args, system.cluster().logDir())
        .withJvmArgs(List.of("-Xmx256m", "-XX:+UseSerialGC"));
  }

  @AfterEach
  void stopWorkers() {
    workers.forEach(ChildProcess::close);
  }

  @AfterAll
  static void stopSystem() {
    if (system != null) {
      system.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void losesNoTaskFailsNoneAndRepeatsNoneThatHadFinished(Isolation isolation) throws Exception {
    startWorkers(isolation);
    Path done = folder.resolve("done-by-" + isolation);
    apply("brief", RoughHandler.NAME, "does: note, file: '" + done + "'", "");
    apply("long", "sleep", "for: 12s", ", timeout: {hand-over: 0s, heartbeat: 2m}");
    String longRun = system.client().submit("long", JsonNodeFactory.instance.textNode("kept"));
    String holder =
        attempts(system.awaitRun(longRun, run -> workerOf(run) != null)).get(0).worker();
    workers.sort((a, b) -> Boolean.compare(isOf(b, holder), isOf(a, holder))); // its worker first

    List<String> runs = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      int before = lines(done).size();
      IntStream.range(0, isolation.runsPerStep).forEach(run -> runs.add(submit("brief")));
      TestSystem.patiently().until(() -> lines(done).size() > before);
      workers.get(i).stop(); // with more than it has slots for still to be done
      workers.set(i, ChildProcess.start(worker(isolation, WORKERS + i)));
    }

    for (String each : runs) {
      RunView run = system.awaitEnd(each);
      assertThat(run.state()).isEqualTo("SUCCEEDED");
      assertThat(attempts(run)).extracting(AttemptView::state).containsExactly("SUCCEEDED");
    }
    assertThat(lines(done))
        .containsExactlyInAnyOrderElementsOf(runs.stream().map(run -> run + "/p/work").toList());
    wentOnElsewhereAtOnce(system.awaitEnd(longRun));
  }

  private static void wentOnElsewhereAtOnce(RunView run) {
    assertThat(run.state()).isEqualTo("SUCCEEDED");
    assertThat(run.output().get("p").textValue()).isEqualTo("kept");
    assertThat(run.missing()).isEmpty();
    List<AttemptView> attempts = attempts(run);
    assertThat(attempts).hasSizeGreaterThan(1);
    for (int i = 1; i < attempts.size(); i++) {
      AttemptView given = attempts.get(i - 1);
      AttemptView next = attempts.get(i);
      assertThat(given.failure().kind()).isEqualTo("DEFERRED");
      assertThat(given.failure().message()).isEqualTo("its worker was stopped while the task ran");
      assertThat(next.worker()).isNotEqualTo(given.worker());
      assertThat(Duration.between(given.endedAt(), next.startedAt())).isLessThan(AT_ONCE);
    }
  }

  /** Longer than a worker that stops would need to be taken for one that takes tasks again. */
  private static final String WORK = "for: 5s";

  @Test
  void whatTheLastWorkerOfAClassStillEndsIsNotMissedAndWhatItLeavesIs() throws Exception {
    try (ChildProcess last = ChildProcess.start(worker("last", "solo", 2, 15, List.of()))) {
      TestSystem.patiently()
          .until(
              () ->
                  system.client().pools().stream()
                      .anyMatch(pool -> pool.resourceClass().equals("solo")));
      apply("ended", "sleep", WORK, ", class: solo");
      apply("left", "sleep", "for: 60s", ", class: solo");
      String ended = submit("ended");
      String left = submit("left");
      for (String run : List.of(ended, left)) {
        system.awaitRun(run, it -> TestSystem.stage(it, "p/work").state().equals("RUNNING"));
      }
      ProcessHandle.of(last.pid()).orElseThrow().destroy();
      String queued = submit("ended");
      system.awaitRun(queued, run -> reasons(run).equals(List.of("NO_WORKERS")));

      assertThat(system.awaitEnd(ended).missing()).isEmpty();
      RunView stillWorked = system.client().run(left).orElseThrow();
      assertThat(stillWorked.missing()).isEmpty();
      RunView waiting = system.client().run(queued).orElseThrow();
      assertThat(waiting.missing())
          .as("one flag, from the beginning")
          .singleElement()
          .satisfies(flag -> assertThat(flag.clearedAt()).isNull());

      last.kill();
      system.awaitRun(left, run -> reasons(run).equals(List.of("NO_WORKERS")));
      for (String run : List.of(left, queued)) {
        system.client().cancel(run, "seen");
      }
    }
  }

  private static List<String> reasons(RunView run) {
    return run.missing().stream().map(MissingView::reason).toList();
  }

  private static boolean isOf(ChildProcess process, String worker) {
    return process.readyLine().contains(worker);
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : Collections.emptyList();
  }

  private static void apply(String name, String handler, String with, String settings) {
    system
        .client()
        .apply(
            name,
            """
            flow: %s
            class: small
            pipelines:
              p:
                stages:
                  - {stage: work, handler: %s, with: {%s}, retry: {attempts: 1}%s}
            """
                .formatted(name, handler, with, settings));
  }

  private static String submit(String flow) {
    return system.client().submit(flow, JsonNodeFactory.instance.textNode("in"));
  }

  private static List<AttemptView> attempts(RunView run) {
    return TestSystem.stage(run, "p/work").attempts();
  }

  private static String workerOf(RunView run) {
    List<AttemptView> attempts = attempts(run);
    return attempts.isEmpty() ? null : attempts.get(0).worker();
  }
}
