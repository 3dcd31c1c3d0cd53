package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.ElementsView;
import io.tierflow.client.PoolView;
import io.tierflow.client.RunView;
import io.tierflow.flow.Priority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user's command to a run does to the work that is out. One worker of two slots. */
class ControlTest {

  /** A second for what is promised, and more for a machine that is busy elsewhere. */
  private static final long SOON_SECONDS = 10;

  private static TestSystem system;

  @TempDir private Path folder;

  @BeforeAll
  static void startSystem() throws Exception {
    system = TestSystem.start(ControlTest.class, Map.of("small", 2));
  }

  @AfterAll
  static void stopSystem() {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void aCancelledRunsProgramAndSleepEndAndItsQueuedTaskIsNotBegun() throws Exception {
    Path pids = folder.resolve("pids");
    system
        .client()
        .apply(
            "long",
            """
            flow: long
            class: small
            pipelines:
              program:
                stages:
                  - stage: work
                    handler: exec
                    with: {command: [sh, -c, "echo $$ > %s.new; mv %s.new %s; sleep 90; true"]}
              nap:
                stages: [{stage: work, handler: sleep, with: {for: 90s}}]
              queued:
                stages: [{stage: work, handler: sleep, with: {for: 90s}}]
            """
                .formatted(pids, pids, pids));
    String id = system.client().submit("long", JsonNodeFactory.instance.nullNode());
    system.awaitRun(id, run -> running(run) == 2);
    TestSystem.patiently().until(() -> Files.exists(pids));
    ProcessHandle program =
        ProcessHandle.of(Long.parseLong(Files.readString(pids).strip())).orElseThrow();
    List<ProcessHandle> all = Stream.concat(Stream.of(program), program.descendants()).toList();

    system.client().cancel(id, "enough");
    long cancelled = System.nanoTime();

    TestSystem.patiently().until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    TestSystem.tell("a cancelled run's program and its child gone", cancelled);
    assertThat(System.nanoTime() - cancelled).isLessThan(TimeUnit.SECONDS.toNanos(SOON_SECONDS));
    PoolView worker =
        TestSystem.patiently()
            .until(() -> system.client().pools().get(0), pool -> pool.skipped() == 1);
    assertThat(worker.stopped()).isEqualTo(2);
    TestSystem.patiently().until(() -> system.client().pools().get(0).busy() == 0);
    RunView run = system.awaitEnd(id);
    assertThat(run.state()).isEqualTo("CANCELLED");
    assertThat(run.stale()).as("nothing is told of what was stopped").isZero();
  }

  @Test
  void aBulkOfLowPriorityLetsAnotherRunThrough() throws Exception {
    String flow =
        """
        flow: %s
        class: small
        pipelines: {p: {stages: [{stage: s, handler: sleep, with: {for: 100ms}%s}]}}
        """;
    system.client().apply("bulk", flow.formatted("bulk", ", for-each: true"));
    system.client().apply("asked", flow.formatted("asked", ""));
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    IntStream.range(0, 200).forEach(list::add);
    String bulk =
        system.client().submit("bulk", list, Map.of(), Optional.empty(), Optional.of(Priority.LOW));
    system.awaitRun(bulk, run -> elements(run).succeeded() > 4);

    String asked = system.client().submit("asked", JsonNodeFactory.instance.nullNode());
    assertThat(system.awaitEnd(asked).state()).isEqualTo("SUCCEEDED");
    RunView meanwhile = system.awaitRun(bulk, run -> true);
    assertThat(meanwhile.priority()).isEqualTo(Priority.LOW);
    assertThat(elements(meanwhile).succeeded()).isLessThan(150);
    assertThat(system.awaitEnd(bulk).state()).isEqualTo("SUCCEEDED");
  }

  private static ElementsView elements(RunView run) {
    return Optional.ofNullable(TestSystem.stage(run, "p/s").elements())
        .orElse(new ElementsView(0, 0, 0, 0));
  }

  private static long running(RunView run) {
    return run.pipelines().stream()
        .flatMap(pipeline -> pipeline.stages().stream())
        .filter(stage -> stage.state().equals("RUNNING"))
        .count();
  }
}
