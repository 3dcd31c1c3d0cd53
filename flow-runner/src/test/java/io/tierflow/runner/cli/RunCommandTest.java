package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.FailureView;
import io.tierflow.client.RunView;
import io.tierflow.runner.Runs;
import io.tierflow.runner.cli.Tierflow.Ended;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {

  private static final FailureView FAILURE =
      new FailureView("HANDLER_ERROR", "no such station", null);

  @TempDir private Path folder;

  private final Tierflow tierflow = new Tierflow();

  @BeforeEach
  void applyFlow() throws Exception {
    Path file = Files.writeString(folder.resolve("weather.yaml"), Tierflow.FLOW);
    tierflow.run("flow", "apply", file.toString());
  }

  @AfterEach
  void stop() {
    tierflow.close();
  }

  @Test
  void printsTheRunsIdAlone() throws Exception {
    Ended ended = tierflow.run("run", "weather");
    Ended json = tierflow.run("run", "weather", "--json");

    assertThat(ended).isEqualTo(new Ended(0, "run-1\n", ""));
    assertThat(json.exitCode()).isZero();
    assertThat(json.json()).hasToString("{\"id\":\"run-2\"}");
  }

  @Test
  void takesItsInputFromAFileWithEveryDigit() throws Exception {
    Path input = Files.writeString(folder.resolve("day.json"), "{\"price\": 1.10}");

    tierflow.run("run", "weather", "--input", input.toString());

    assertThat(tierflow.run("show", "run-1", "--json").out()).contains("\"price\" : 1.1");
  }

  @Test
  void takesItsInputFromStandardInput() throws Exception {
    Ended ended = withStandardInput("[7]", "run", "weather", "--input", "-");

    assertThat(ended.exitCode()).isZero();
    assertThat(tierflow.run("show", "run-1", "--json").json().path("input")).hasToString("[7]");
  }

  @Test
  void refusesInputThatIsNotJsonNamingThePlace() throws Exception {
    Path input = Files.writeString(folder.resolve("day.json"), "{\"a\":\n  }");
    Path twice = Files.writeString(folder.resolve("twice.json"), "{} {}");
    Path empty = Files.writeString(folder.resolve("empty.json"), "");

    Ended file = tierflow.run("run", "weather", "--input", input.toString());
    Ended stdin = withStandardInput("{\"a\":", "run", "weather", "--input", "-", "--json");

    assertThat(file.exitCode()).isEqualTo(2);
    assertThat(file.errLines()).singleElement().asString().startsWith(input + ":2:3: not JSON: ");
    assertThat(stdin.exitCode()).isEqualTo(2);
    assertThat(stdin.errLines()).singleElement().asString().startsWith("standard input:1:6: not ");
    assertThat(stdin.err()).doesNotContain("Source");
    assertThat(stdin.json().path("detail").asText()).startsWith("standard input:1:6");
    assertThat(tierflow.run("run", "weather", "--input", twice.toString()).err())
        .startsWith(twice + ":1:");
    assertThat(tierflow.run("run", "weather", "--input", empty.toString()).errLines())
        .containsExactly(empty + ": found nothing, expected a JSON document");
    assertThat(tierflow.run("run", "wether", "--input", empty.toString()).errLines())
        .containsExactly(
            "no such flow: wether", empty + ": found nothing, expected a JSON document");
    assertThat(tierflow.run("runs", "--json").json().path("items")).isEmpty();
  }

  @Test
  void saysWhatToDoWithAFileInTheFlowsPlace() throws Exception {
    String file = Files.writeString(folder.resolve("weather.yaml"), "flow: weather").toString();

    assertThat(tierflow.run("run", file).errLines())
        .hasSize(2)
        .last()
        .isEqualTo(
            "found a file of this name, expected the name of a flow; first give its file to the"
                + " runner: tierflow flow apply "
                + file);
  }

  @Test
  void marksTheRunWithLabels() throws Exception {
    tierflow.run("run", "weather", "--label", "team=blue", "--label", "day=1");

    assertThat(tierflow.run("show", "run-1", "--json").json().path("labels"))
        .hasToString("{\"team\":\"blue\",\"day\":\"1\"}");
    Ended bad = tierflow.run("run", "weather", "--label", "team");
    assertThat(bad.exitCode()).isEqualTo(2);
    assertThat(bad.err()).contains("--label", "team", "KEY=VALUE");
  }

  @Test
  void submitsOnceForOneIdempotencyKey() {
    String first = tierflow.run("run", "weather", "--idempotency-key", "k").out();

    assertThat(tierflow.run("run", "weather", "--idempotency-key", "k").out()).isEqualTo(first);
    assertThat(tierflow.run("run", "weather", "--idempotency-key", "l").out()).isNotEqualTo(first);
  }

  @Test
  void waitsForSuccessPrintingTheIdFirst() {
    tierflow.runs().goOn(view("QUEUED", "QUEUED"), view("RUNNING", "RUNNING"), succeeded());

    Ended ended = tierflow.run("run", "weather", "--wait");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.outLines().get(0)).isEqualTo("run-1");
    assertThat(ended.outLines())
        .filteredOn(line -> line.contains("main/fetch"))
        .extracting(line -> line.replaceAll(".*main/fetch {2}([A-Z]+).*", "$1"))
        .containsExactly("QUEUED", "RUNNING", "SUCCEEDED");
    assertThat(ended.outLines()).last().asString().endsWith("weather  SUCCEEDED");
  }

  @Test
  void printsOnlyTheEndedRunWithWaitAndJson() throws Exception {
    tierflow.runs().goOn(view("RUNNING", "RUNNING"), succeeded());

    Ended ended = tierflow.run("run", "weather", "--wait", "--json");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.json().path("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(ended.json().path("id").asText()).isEqualTo("run-1");
  }

  @Test
  void namesTheFailureOfARunThatFailed() throws Exception {
    tierflow.runs().goOn(view("RUNNING", "RUNNING"), failed());
    Ended ended = tierflow.run("run", "weather", "--wait");
    tierflow.runs().goOn(failed());
    Ended json = tierflow.run("run", "weather", "--wait", "--json");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.errLines())
        .containsExactly("run run-1 FAILED: main/fetch: HANDLER_ERROR: no such station");
    assertThat(json.exitCode()).isEqualTo(1);
    assertThat(json.json().path("failure").path("message").asText()).isEqualTo("no such station");
  }

  @Test
  void stopsWaitingAfterTheTimeout() throws Exception {
    tierflow.runs().goOn(view("RUNNING", "RUNNING"));

    Ended ended = tierflow.run("run", "weather", "--wait", "--timeout", "10ms", "--json");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.errLines()).containsExactly("run run-1 has not ended within 10ms; it goes on");
    assertThat(ended.json().path("detail").asText()).contains("run-1", "goes on");
  }

  @Test
  void refusesATimeoutThatIsNoneOrHasNothingToWaitFor() {
    Ended alone = tierflow.run("run", "weather", "--timeout", "5s");
    Ended noTime = tierflow.run("run", "weather", "--wait", "--timeout", "soon");

    assertThat(alone.exitCode()).isEqualTo(2);
    assertThat(alone.errLines())
        .containsExactly("found --timeout without --wait, expected both or neither");
    assertThat(noTime.exitCode()).isEqualTo(2);
    assertThat(noTime.err()).contains("--timeout", "soon").doesNotContain("\tat ");
  }

  @Test
  void refusesAFlowThatDoesNotExist() throws Exception {
    Ended ended = tierflow.run("run", "none", "--json");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.errLines()).singleElement().asString().contains("none");
    assertThat(ended.json().path("status").asInt()).isEqualTo(404);
  }

  private Ended withStandardInput(String text, String... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    try {
      return tierflow.run(arguments);
    } finally {
      System.setIn(before);
    }
  }

  private static RunView view(String run, String stage) {
    return Runs.run("run-1", "weather", 1, run)
        .pipeline(
            "main",
            run,
            List.of(),
            Runs.stage(
                "fetch",
                stage,
                "small",
                Runs.attempt(1, stage, 0, stage.equals("QUEUED") ? -1 : 1, -1, null)))
        .view();
  }

  private static RunView succeeded() {
    return Runs.run("run-1", "weather", 1, "SUCCEEDED")
        .ended(3)
        .pipeline(
            "main",
            "SUCCEEDED",
            List.of(),
            Runs.stage("fetch", "SUCCEEDED", "small", Runs.attempt(1, "SUCCEEDED", 0, 1, 3, null)))
        .view();
  }

  private static RunView failed() {
    return Runs.run("run-1", "weather", 1, "FAILED")
        .ended(3)
        .failed(FAILURE)
        .pipeline(
            "main",
            "FAILED",
            List.of(),
            Runs.stage("fetch", "FAILED", "small", Runs.attempt(1, "FAILED", 0, 1, 3, FAILURE)))
        .view();
  }
}
