package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.LearnedClassView;
import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.cli.Tierflow.Ended;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowCommandsTest {

  @TempDir private Path folder;

  private final Tierflow tierflow = new Tierflow();
  private Path file;

  @BeforeEach
  void writeFlow() throws Exception {
    file = Files.writeString(folder.resolve("weather.yaml"), Tierflow.FLOW);
  }

  @AfterEach
  void stop() {
    tierflow.close();
  }

  @Test
  void applySaysWhichVersionStands() throws Exception {
    Ended first = tierflow.run("flow", "apply", file.toString());
    Ended second = tierflow.run("flow", "apply", file.toString(), "--json");

    assertThat(first.exitCode()).isZero();
    assertThat(first.outLines()).containsExactly("flow weather: version 1 stands");
    assertThat(first.err()).isEmpty();
    assertThat(second.exitCode()).isZero();
    assertThat(second.json().path("version").asInt()).isEqualTo(1);
  }

  @Test
  void applyNamesEachProblemThatTheRunnerFindsOnItsOwnLine() throws Exception {
    Files.writeString(file, Tierflow.FLOW.replace("echo", "ehco").replace("small", "tiny"));

    Ended ended = tierflow.run("flow", "apply", file.toString());

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.errLines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith(file + ":5:33: pipelines.main.stages[0].handler: found")
                    .contains("ehco", ", expected", "echo"),
            line ->
                assertThat(line)
                    .startsWith(file + ":5:46: pipelines.main.stages[0].class: found")
                    .contains("tiny", ", expected", "large", "small"));
  }

  @Test
  void applyNamesEachProblemOfTheFileItselfOnItsOwnLine() throws Exception {
    Files.writeString(file, Tierflow.FLOW.replace("stage:", "stag:").replace("flow:", "flwo:"));

    Ended ended = tierflow.run("flow", "apply", file.toString());

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.errLines())
        .hasSizeGreaterThan(1)
        .allSatisfy(line -> assertThat(line).startsWith(file + ":").contains(", expected "));
  }

  @Test
  void applyTellsEverythingAtOnceSortedByPlace() throws Exception {
    Files.writeString(
        file,
        """
        flow: weather
        pipelines:
          main:
            stages:
              - {stage: fetch, handler: ecko, class: hughe}
              - {stage: store, handler: echo, class: small, timeout: {run: soon}}
        """);

    Ended ended = tierflow.run("flow", "apply", file.toString());

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.errLines())
        .satisfiesExactly(
            line -> assertThat(line).contains(":5:", "'ecko'", "did you mean echo?"),
            line -> assertThat(line).contains(":5:", "'hughe'", "large, small"),
            line -> assertThat(line).contains(":6:", "'soon'", "a duration"));
  }

  @Test
  void applySaysWhatCouldNotBeCheckedWithoutARunner() throws Exception {
    Files.writeString(file, Tierflow.FLOW.replace("stage:", "stag:").replace("small", "tiny"));
    String nobody = "http://nowhere.invalid:8080";

    Ended ended = Tierflow.bare("flow", "apply", file.toString(), "--json", "--runner", nobody);

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.errLines())
        .last()
        .asString()
        .startsWith("classes and handlers were not checked: cannot reach the runner at " + nobody);
    assertThat(ended.err()).contains("'stag'").doesNotContain("tiny");
    assertThat(ended.json().path("problems")).isNotEmpty();
    Files.writeString(file, Tierflow.FLOW);
    assertThat(Tierflow.bare("flow", "apply", file.toString(), "--runner", nobody).exitCode())
        .isEqualTo(3);
  }

  @Test
  void applyGivesTheProblemsAsOneDocumentWithJson() throws Exception {
    Files.writeString(file, Tierflow.FLOW.replace("small", "tiny"));
    Ended byRunner = tierflow.run("flow", "apply", file.toString(), "--json");
    Files.writeString(file, "flow: [");
    Ended byClient = tierflow.run("flow", "apply", file.toString(), "--json");

    assertThat(byRunner.exitCode()).isEqualTo(2);
    assertThat(byRunner.json().path("problems").get(0).path("line").asInt()).isEqualTo(5);
    assertThat(byClient.exitCode()).isEqualTo(2);
    assertThat(byClient.json().path("problems").get(0).path("line").asInt()).isPositive();
  }

  @Test
  void applyTakesUnknownHandlersWhenToldTo() throws Exception {
    Files.writeString(file, Tierflow.FLOW.replace("echo", "later"));

    Ended refused = tierflow.run("flow", "apply", file.toString());
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.errLines())
        .last()
        .isEqualTo("--allow-unknown accepts handlers of pools that are not up yet");
    assertThat(tierflow.run("flow", "apply", file.toString(), "--allow-unknown").exitCode())
        .isZero();
  }

  @Test
  void applySaysThatTheFileIsMissingOrNotText() throws Exception {
    Path none = folder.resolve("none.yaml");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0});

    Ended missing = tierflow.run("flow", "apply", none.toString());

    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.errLines()).containsExactly(none + ": no such file");
    assertThat(tierflow.run("flow", "apply", binary.toString()).errLines())
        .containsExactly(binary + ": not text in UTF-8");
  }

  @Test
  void listShowsEveryFlow() throws Exception {
    tierflow.run("flow", "apply", file.toString());

    Ended list = tierflow.run("flow", "list");

    assertThat(list.exitCode()).isZero();
    assertThat(list.outLines())
        .containsExactly(
            "FLOW     VERSION  PIPELINES  APPLIED",
            "weather  1        1          2026-11-24T10:00:00.000Z");
    assertThat(tierflow.run("flow", "list", "--json").json().path("items").get(0).path("name"))
        .hasToString("\"weather\"");
  }

  @Test
  void showTellsTheStages() throws Exception {
    tierflow.run("flow", "apply", file.toString());

    Ended show = tierflow.run("flow", "show", "weather");

    assertThat(show.exitCode()).isZero();
    assertThat(show.outLines())
        .containsExactly(
            "flow weather, version 1, applied 2026-11-24T10:00:00.000Z",
            "",
            "PIPELINE  STAGE  HANDLER  CLASS  AFTER",
            "main      fetch  echo     small");
    assertThat(tierflow.run("flow", "show", "weather", "--json").json().path("version").asInt())
        .isEqualTo(1);
  }

  @Test
  void showTellsWhatStagesNeedAndHowOftenTheyAreSent() throws Exception {
    Files.writeString(
        file,
        """
        flow: weather
        class: small
        pipelines:
          main:
            stages:
              - {stage: fetch, handler: echo, rate: 20/m}
              - {stage: fit, handler: echo, memory: 300m, on-out-of-memory: large}
        """);
    tierflow.run("flow", "apply", file.toString());

    assertThat(tierflow.run("flow", "show", "weather").outLines())
        .containsSequence(
            "PIPELINE  STAGE  HANDLER  CLASS  MEMORY  LARGER  RATE       AFTER",
            "main      fetch  echo     small                  20 per 1m",
            "main      fit    echo     small  300m    large              fetch");
  }

  @Test
  void showTellsWhenTheFlowRunsByItself() throws Exception {
    Files.writeString(file, "every: 5m\n" + Files.readString(file));
    tierflow.run("flow", "apply", file.toString());

    assertThat(tierflow.run("flow", "show", "weather").outLines())
        .contains("every 5m, next due 2026-11-24T10:05:00.000Z");
    assertThat(tierflow.run("flow", "show", "weather", "--json").json().path("schedule"))
        .hasToString(
            "{\"every\":\"5m\",\"cron\":null,\"zone\":null,"
                + "\"nextDueAt\":\"2026-11-24T10:05:00.000Z\"}");
  }

  @Test
  void showTellsWhichStagesBeginOnALargerClassUntilThatIsForgotten() throws Exception {
    tierflow.run("flow", "apply", file.toString());
    Instant since = InMemoryRuns.START;
    tierflow
        .runs()
        .learn(
            new LearnedClassView(
                "main", "fetch", "large", "small", since, since.plus(Duration.ofDays(7))));

    assertThat(tierflow.run("flow", "show", "weather").outLines())
        .contains(
            "main/fetch begins on large until 2026-12-01T10:00:00.000Z, since it ran out of memory"
                + " on small");
    assertThat(
            tierflow
                .run("flow", "show", "weather", "--json")
                .json()
                .at("/learned/0/class")
                .asText())
        .isEqualTo("large");

    assertThat(tierflow.run("flow", "forget", "weather", "main").exitCode()).isEqualTo(2);
    assertThat(tierflow.run("flow", "forget", "none").exitCode()).isEqualTo(2);
    assertThat(tierflow.run("flow", "forget", "weather", "main/other").outLines())
        .containsExactly("nothing was remembered of main/other");
    assertThat(tierflow.run("flow", "forget", "weather", "main/fetch").outLines())
        .containsExactly("main/fetch begins on its flow's own class again, not on large");
    assertThat(tierflow.run("flow", "forget", "weather").outLines())
        .containsExactly("nothing was remembered of flow weather");
  }

  @Test
  void showGivesAFlowFileThatCanBeAppliedAgain() throws Exception {
    tierflow.run("flow", "apply", file.toString());

    Ended yaml = tierflow.run("flow", "show", "weather", "--yaml");
    Files.write(file, yaml.out().getBytes(StandardCharsets.UTF_8));

    assertThat(yaml.exitCode()).isZero();
    assertThat(tierflow.run("flow", "apply", file.toString()).outLines())
        .containsExactly("flow weather: version 1 stands");
  }

  @Test
  void showRefusesTwoFormsAndUnknownFlows() throws Exception {
    Ended both = tierflow.run("flow", "show", "weather", "--yaml", "--json");
    Ended unknown = tierflow.run("flow", "show", "none");

    assertThat(both.exitCode()).isEqualTo(2);
    assertThat(both.json().path("detail").asText()).contains("--yaml", "--json");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("none").doesNotContain("\tat ");
  }

  @Test
  void aloneItShowsItsHelp() {
    Ended ended = Tierflow.bare("flow");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("Usage: tierflow flow", "apply", "list", "show");
    assertThat(ended.err()).doesNotContain("\tat ", "Exception");
  }
}
