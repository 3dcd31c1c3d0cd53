package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.AttemptView;
import io.tierflow.client.FailureView;
import io.tierflow.client.PoolView;
import io.tierflow.client.RunView;
import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import io.tierflow.standalone.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two tiers on one machine, whose handlers run in processes: {@code small} has seven slots in 512
 * MiB, {@code large} one slot of 1 GiB.
 */
class PoolsTest {

  private static final long SMALL_SLOT = (512L << 20) / 7;
  private static final int PRINTED_MIB = 1024;

  @TempDir private Path folder;
  private static TestSystem system;
  private static ChildProcess small;
  private static ChildProcess large;

  @BeforeAll
  static void startSystem() throws Exception {
    system = TestSystem.start(PoolsTest.class, Map.of());
    small = worker("small", "--slots", "7", "--pool-memory", "512m", "--slot-folder", "8m");
    large = worker("large", "--slots", "1", "--slot-memory", "1g");
    small.awaitReady();
    large.awaitReady();
    assertThat(system.awaitSlots(8))
        .allSatisfy(pool -> assertThat(pool.isolation()).isEqualTo("process"));
  }

  private static ChildProcess worker(String name, String... options) {
    List<String> args =
        new ArrayList<>(List.of("worker", "--bootstrap", system.cluster().bootstrap()));
    args.addAll(List.of("--class", name, "--isolation", "process"));
    args.addAll(List.of(options));
    return ChildProcess.launch(
        ChildSpec.of("worker-" + name, Main.class, args, system.cluster().logDir())
            .withJvmArgs(List.of("-Xmx256m", "-XX:+UseSerialGC")));
  }

  @AfterAll
  static void stopSystem() {
    for (ChildProcess each : new ChildProcess[] {small, large}) {
      if (each != null) {
        each.close();
      }
    }
    if (system != null) {
      system.close();
    }
  }

  @Test
  void aStageThatIsTooLargeForItsTierEndsOnTheNextAndHarmsNobodyAndBeginsThereFromThenOn() {
    apply("calm", "sleep", "for: 6s", "");
    apply("greedy", RoughHandler.NAME, "does: take, size: 300", ", on-out-of-memory: large");
    List<String> calm = IntStream.range(0, 6).mapToObj(i -> submit("calm")).toList();
    calm.forEach(id -> system.awaitRun(id, PoolsTest::hasBegun));

    RunView greedy = system.awaitEnd(submit("greedy"));

    assertThat(history(greedy)).isEqualTo("1 small FAILED OUT_OF_MEMORY, 2 large SUCCEEDED");
    assertThat(greedy.state()).isEqualTo("SUCCEEDED");
    List<AttemptView> attempts = attempts(greedy);
    assertThat(attempts.get(0).peakMemoryBytes()).isBetween(20L << 20, SMALL_SLOT + (64L << 20));
    assertThat(attempts.get(1).peakMemoryBytes()).isBetween(300L << 20, 1L << 30);
    assertThat(shown("show", greedy.id())).contains("OUT_OF_MEMORY", "small", "large");
    for (String id : calm) {
      RunView run = system.awaitEnd(id);
      assertThat(history(run)).isEqualTo("1 small SUCCEEDED");
      assertThat(attempts(run).get(0).peakMemoryBytes()).isPositive();
    }

    TestSystem.patiently()
        .until(() -> shown("flow", "show", "greedy").contains("p/work begins on large"));
    RunView next = system.awaitEnd(submit("greedy"));
    assertThat(history(next)).isEqualTo("1 large SUCCEEDED");
    assertThat(attempts(next).get(0).worker()).isEqualTo(attempts.get(1).worker());
    assertThat(small.isAlive()).isTrue();
  }

  @Test
  void aStageThatSaysWhatItNeedsWaitsForItsRoomAndNobodyOvertakesIt() {
    apply("long", "sleep", "for: 12s", "");
    apply("quick", "echo", "", "");
    apply("declared", RoughHandler.NAME, "does: take, size: 150", ", memory: 300m");
    // Of seven shares five are taken: a small task would fit at once, one of 300 MiB only when
    // three of them are free again.
    List<String> before = IntStream.range(0, 5).mapToObj(i -> submit("long")).toList();
    before.forEach(id -> system.awaitRun(id, PoolsTest::hasBegun));
    String declared = submit("declared");
    awaitAnotherWordOfWaiting(awaitAnotherWordOfWaiting(Instant.MIN)); // polls are over by then
    List<String> after = IntStream.range(0, 7).mapToObj(i -> submit("quick")).toList();

    RunView large = system.awaitEnd(declared);

    assertThat(history(large)).isEqualTo("1 small SUCCEEDED");
    assertThat(attempts(large).get(0).peakMemoryBytes()).isBetween(150L << 20, 300L << 20);
    Instant room =
        before.stream()
            .map(id -> attempts(system.awaitEnd(id)).get(0).endedAt())
            .sorted()
            .toList()
            .get(2);
    assertThat(attempts(large).get(0).startedAt()).isAfter(room);
    for (String id : after) {
      RunView run = system.awaitEnd(id);
      assertThat(history(run)).isEqualTo("1 small SUCCEEDED");
      assertThat(attempts(run).get(0).startedAt()).as("while another waited").isAfter(room);
    }
    for (String id : before) {
      assertThat(history(system.awaitEnd(id))).isEqualTo("1 small SUCCEEDED");
    }
    TestSystem.patiently().until(() -> smallWorker().waiting() == 0);
  }

  @Test
  void aStageThatNoWorkerOfItsClassCanHoldGoesUpAtOnceOrIsFlagged() {
    apply("climbs", "echo", "", ", memory: 700m, on-out-of-memory: large");
    apply("stuck", "echo", "", ", memory: 700m");

    RunView climbs = system.awaitEnd(submit("climbs"));
    assertThat(history(climbs)).isEqualTo("1 small FAILED DEFERRED, 2 large SUCCEEDED");
    assertThat(attempts(climbs).get(0).failure().message())
        .isEqualTo("needs 700m of memory: expected at most the 512m of this worker");
    assertThat(shown("flow", "show", "climbs")).doesNotContain("begins on large");

    String stuck = submit("stuck");
    TestSystem.patiently().until(() -> shown("missing").contains("NO_WORKERS"));
    assertThat(shown("missing"))
        .contains(
            "with handler echo has 700m of memory for a task; less: " + smallWorker().worker());
    system.client().cancel(stuck, "enough");
    system.awaitEnd(stuck);
  }

  private static Instant awaitAnotherWordOfWaiting(Instant word) {
    TestSystem.patiently()
        .until(
            () -> {
              PoolView worker = smallWorker();
              return worker.waiting() == 1 && worker.lastHeartbeatAt().isAfter(word);
            });
    return smallWorker().lastHeartbeatAt();
  }

  private static PoolView smallWorker() {
    return system.client().pools().stream()
        .filter(pool -> pool.resourceClass().equals("small"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whateverAHandlerDoesItsWorkerSurvivesAndSaysWhatItWas() throws Exception {
    Path pids = folder.resolve("pids");
    Map<String, String> does = new LinkedHashMap<>();
    does.put("forks", "does: fork, file: '" + pids + "'");
    does.put("deaf", "does: deaf");
    does.put("fills", "does: fill, size: 20");
    does.put("exits", "does: exit, size: 3");
    does.put("threads", "does: threads, size: 50");
    does.put("prints", "does: print, size: " + PRINTED_MIB);
    Map<String, String> runs = new TreeMap<>();
    does.forEach(
        (name, with) -> {
          boolean endless = Set.of("forks", "deaf").contains(name);
          apply(name, RoughHandler.NAME, with, endless ? ", timeout: {run: 3s}" : "");
          runs.put(name, submit(name));
        });

    Map<String, String> ended = new TreeMap<>();
    runs.forEach((name, id) -> ended.put(name, told(system.awaitEnd(id))));

    assertThat(ended)
        .containsEntry("forks", "TIMED_OUT: ran longer than its run timeout of 3000 ms")
        .containsEntry("deaf", "TIMED_OUT: ran longer than its run timeout of 3000 ms")
        .containsEntry("exits", "HANDLER_ERROR: the handler ended its process with exit code 3")
        .containsEntry("threads", "SUCCEEDED")
        .containsEntry("prints", "SUCCEEDED");
    assertThat(ended.get("fills")).startsWith("HANDLER_ERROR: its working folder holds");
    for (String pid : Files.readAllLines(pids)) {
      TestSystem.patiently()
          .until(() -> ProcessHandle.of(Long.parseLong(pid)).filter(PoolsTest::runs).isEmpty());
    }
    assertThat(Files.size(small.spec().logFile())).as("of what it printed").isLessThan(4 << 20);
    apply("after", "echo", "", "");
    List<String> after = IntStream.range(0, 7).mapToObj(i -> submit("after")).toList();
    for (String id : after) {
      assertThat(history(system.awaitEnd(id))).isEqualTo("1 small SUCCEEDED");
    }
    assertThat(small.isAlive()).isTrue();
  }

  /** A zombie counts as gone: nobody may be there to reap it. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
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

  private static boolean hasBegun(RunView run) {
    return attempts(run).stream().anyMatch(each -> each.startedAt() != null);
  }

  private static String history(RunView run) {
    return attempts(run).stream()
        .map(
            each ->
                each.number()
                    + " "
                    + each.resourceClass()
                    + " "
                    + each.state()
                    + (each.failure() == null ? "" : " " + each.failure().kind()))
        .collect(Collectors.joining(", "));
  }

  private static String told(RunView run) {
    FailureView failure = attempts(run).get(0).failure();
    return failure == null ? run.state() : failure.kind() + ": " + failure.message();
  }

  private static String shown(String... command) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(List.of("--runner", system.cluster().httpUrl().toString()));
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out, true);
    Main.commandLine().setOut(writer).setErr(writer).execute(args.toArray(String[]::new));
    return out.toString();
  }
}
