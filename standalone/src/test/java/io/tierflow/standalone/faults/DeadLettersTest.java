package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.DeadLetterQuery;
import io.tierflow.client.DeadLetterSelection;
import io.tierflow.client.DeadLetterView;
import io.tierflow.client.RunQuery;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.standalone.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that fail on real workers, and what the command line makes of their dead letters. */
class DeadLettersTest {

  private static final String FLOW =
      """
      flow: %s
      class: small
      pipelines:
        p:
          stages:
            - {stage: take, handler: echo}
            - stage: check
              handler: exec
              with: {command: ["grep", "good"]}
              retry: {attempts: 2, backoff: 10ms..10ms}
      """;

  @TempDir private Path folder;
  private static TestSystem system;

  @BeforeAll
  static void startSystem() throws Exception {
    system = TestSystem.start(DeadLettersTest.class, Map.of("small", 2, "large", 1));
  }

  @AfterAll
  static void stopSystem() {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void replaysWhatFailedWithAnEditedInputOnAnotherClassAndOnce() throws Exception {
    String original = failed("edited", 1).get(0);
    DeadLetterView letter = letters("edited", 1).get(0);
    assertThat(letter.input().asText()).isEqualTo("bad 0");
    assertThat(letter.history()).hasSize(2);
    Path input = Files.writeString(folder.resolve("input.json"), "\"good\"");
    String[] replay = {
      "replay",
      "--dead-letters",
      "--flow",
      "edited",
      "--error",
      "HANDLER_ERROR",
      "--class",
      "large",
      "--input",
      input.toString()
    };

    assertThat(tierflow(replay)).contains("sent 1 run again");
    RunView run = system.awaitEnd(replays("edited", original).get(0));

    assertThat(run.state()).isEqualTo("SUCCEEDED");
    assertThat(run.replayOf()).isEqualTo(original);
    assertThat(run.output().path("p").asText()).isEqualTo("good");
    assertThat(TestSystem.stage(run, "p/take").reused()).isTrue();
    assertThat(TestSystem.stage(run, "p/check").attempts())
        .singleElement()
        .satisfies(attempt -> assertThat(attempt.resourceClass()).isEqualTo("large"));
    assertThat(tierflow(replay)).contains("sent 0 runs again", "the same replay was sent before");
    assertThat(replays("edited", original)).hasSize(1);
    assertThat(system.client().run(original).orElseThrow().state()).isEqualTo("FAILED");
  }

  @Test
  void stopsCleanlyWhenItIsInterruptedAndGoesOnWhereItStopped() throws Exception {
    List<String> originals = failed("stopped", 3);
    letters("stopped", 3);
    Path input = Files.writeString(folder.resolve("input.json"), "\"good\"");
    List<String> replay =
        List.of("replay", "--dead-letters", "--flow", "stopped", "--input", input.toString());
    Path output = folder.resolve("output.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(replay);
    command.addAll(List.of("--rate", "0.01/s", "--runner", url()));

    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    TestSystem.patiently().until(() -> replays("stopped", "").size() == 1);
    process.destroy();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output))
        .contains("stopped: sent 1 run again", "sends nothing twice");
    assertThat(replays("stopped", "")).hasSize(1);
    assertThat(tierflow(replay.toArray(String[]::new))).contains("sent 2 runs again", "skipped 1");
    assertThat(replays("stopped", "")).hasSize(originals.size());
  }

  private static List<String> failed(String flow, int count) {
    system.client().apply(flow, FLOW.formatted(flow));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(system.client().submit(flow, JsonNodeFactory.instance.textNode("bad " + i)));
    }
    ids.forEach(id -> assertThat(system.awaitEnd(id).state()).isEqualTo("FAILED"));
    return ids;
  }

  private static List<DeadLetterView> letters(String flow, int count) {
    DeadLetterQuery query = DeadLetterQuery.of(DeadLetterSelection.all().ofFlow(flow));
    return TestSystem.patiently()
        .until(() -> system.client().deadLetters(query).items(), found -> found.size() == count);
  }

  /** The runs of a flow that replay this one, or any if none is named. */
  private static List<String> replays(String flow, String original) {
    return system.client().runs(RunQuery.all().ofFlow(flow)).items().stream()
        .map(RunSummary::id)
        .filter(
            id -> {
              String of = system.client().run(id).orElseThrow().replayOf();
              return of != null && (original.isEmpty() || of.equals(original));
            })
        .toList();
  }

  private static String tierflow(String... arguments) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out, true);
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addAll(List.of("--runner", url()));
    int exitCode =
        Main.commandLine().setOut(writer).setErr(writer).execute(command.toArray(String[]::new));
    assertThat(exitCode).as(out.toString()).isZero();
    return out.toString();
  }

  private static String url() {
    return system.cluster().httpUrl().toString();
  }
}
