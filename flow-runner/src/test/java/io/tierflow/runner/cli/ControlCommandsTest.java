package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.runner.Runs;
import io.tierflow.runner.cli.Tierflow.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cancel, pause, resume and replay, from the command line through the API. */
class ControlCommandsTest {

  private final Tierflow tierflow = new Tierflow();

  @BeforeEach
  void putRuns() {
    tierflow.runs().put(Runs.run("open", "weather", 1, "RUNNING").view());
    tierflow.runs().put(Runs.run("ended", "weather", 1, "FAILED").ended(1).view());
  }

  @AfterEach
  void stop() {
    tierflow.close();
  }

  @Test
  void eachCommandReachesTheRun() {
    assertThat(tierflow.run("pause", "open").outLines()).containsExactly("run open is paused");
    assertThat(tierflow.run("resume", "open").outLines()).containsExactly("run open goes on");
    assertThat(tierflow.run("cancel", "open", "--reason", "not needed").outLines())
        .containsExactly("run open is cancelled");

    assertThat(tierflow.runs().controls())
        .containsExactly("open Pause[]", "open Resume[]", "open Cancel[reason=not needed]");
  }

  @Test
  void flowsAndClassesArePausedAndShownWhereTheyAreListed() throws Exception {
    tierflow
        .runs()
        .apply(
            FlowReader.read(
                "f.yaml",
                """
                flow: weather
                class: small
                pipelines: {p: {stages: [{stage: a, handler: echo}]}}
                """,
                Catalog.UNCHECKED));

    assertThat(tierflow.run("pause", "--flow", "weather").outLines())
        .containsExactly("flow weather is paused");
    assertThat(tierflow.run("pause", "--class", "large", "--json").json().path("class").asText())
        .isEqualTo("large");
    String since = tierflow.runs().pauses().get(0).since().toString();
    assertThat(tierflow.run("flow", "list").outLines()).last().asString().contains("weather is");
    assertThat(tierflow.run("flow", "show", "weather").out())
        .contains("flow weather is paused since " + since.substring(0, 10));
    assertThat(tierflow.run("pools").out()).contains("class large is paused since");
    assertThat(tierflow.run("pauses").outLines()).hasSize(2);

    tierflow.run("resume", "--flow", "weather");
    assertThat(tierflow.run("resume", "--class", "large").outLines())
        .containsExactly("class large goes on");
    assertThat(tierflow.run("pauses").outLines()).containsExactly("nothing is paused");
    assertThat(tierflow.run("pause", "--class", "none").errLines())
        .containsExactly("no such class: none");
    assertThat(tierflow.run("pause", "open", "--class", "large").exitCode()).isEqualTo(2);
    assertThat(tierflow.run("pause").exitCode()).isEqualTo(2);
  }

  @Test
  void aRunThatHasEndedIsRefusedAndOneThatIsNotThereToo() throws Exception {
    Ended ended = tierflow.run("cancel", "ended", "--json");
    Ended unknown = tierflow.run("pause", "nowhere");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.json().path("status").asInt()).isEqualTo(409);
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.errLines()).containsExactly("no such run: nowhere");
  }

  @Test
  void aReplayTakesStagesAnInputAndAClass(@TempDir Path folder) throws Exception {
    Path input = Files.writeString(folder.resolve("in.json"), "{\"x\": 1.10}");

    Ended replayed =
        tierflow.run(
            "replay",
            "ended",
            "--stage",
            "main/fetch",
            "--class",
            "large",
            "--input",
            input.toString(),
            "--json");

    assertThat(replayed.exitCode()).isZero();
    assertThat(replayed.json().path("id").asText())
        .isEqualTo("replay-of-ended[main/fetch]large{\"x\":1.10}");
    String[] dry = {"replay", "ended", "--stage", "main/other", "--dry-run"};
    assertThat(tierflow.run(dry).outLines())
        .containsExactly(
            "would be replayed as run replay-of-ended[main/other]nullnull",
            "would send again: main/other",
            "would follow: main/after");
    assertThat(tierflow.run("show", "replay-of-ended[main/other]nullnull").exitCode())
        .as("nothing was sent")
        .isNotZero();
    tierflow.run("replay", "ended", "--stage", "main/other");
    assertThat(tierflow.run(dry).outLines())
        .containsExactly(
            "would send nothing: the same replay was sent before, as run"
                + " replay-of-ended[main/other]nullnull");
    assertThat(tierflow.run("replay", "ended").outLines())
        .containsExactly("replayed as run replay-of-ended[]nullnull");
    assertThat(tierflow.run("replay", "ended").outLines())
        .containsExactly(
            "sent nothing: the same replay was sent before, as run replay-of-ended[]nullnull");
    assertThat(tierflow.run("replay", "ended", "--json").json().path("sentBefore").asBoolean())
        .isTrue();
  }

  @Test
  void whatCannotBeReplayedIsSaid() throws Exception {
    Ended open = tierflow.run("replay", "open", "--json");
    Ended stage = tierflow.run("replay", "ended", "--stage", "nowhere", "--json");

    assertThat(open.json().path("status").asInt()).isEqualTo(409);
    assertThat(stage.json().path("status").asInt()).isEqualTo(422);
    assertThat(stage.errLines()).containsExactly("stage 'nowhere': found none of that name");
  }
}
