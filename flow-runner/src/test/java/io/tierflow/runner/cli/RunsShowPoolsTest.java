package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.Runs;
import io.tierflow.runner.cli.Tierflow.Ended;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunsShowPoolsTest {

  private final Tierflow tierflow = new Tierflow();

  @BeforeEach
  void putRuns() {
    InMemoryRuns runs = tierflow.runs();
    runs.put(
        Runs.run("run-1", "weather", 1, "SUCCEEDED")
            .with(Map.of("team", "blue", "day", "1"), null)
            .ended(65)
            .pipeline(
                "main",
                "SUCCEEDED",
                List.of(),
                Runs.stage(
                    "fetch", "SUCCEEDED", "small", Runs.attempt(1, "SUCCEEDED", 0, 1, 65, null)))
            .view());
    runs.put(Runs.run("run-2", "flights", 3, "FAILED").ended(0.5).view());
  }

  @AfterEach
  void stop() {
    tierflow.close();
  }

  @Test
  void runsAreListedNewestFirst() {
    Ended ended = tierflow.run("runs");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.outLines())
        .containsExactly(
            "RUN    FLOW        STATE      PRIORITY  SUBMITTED                 TOOK   LABELS",
            "run-2  flights v3  FAILED     normal    2026-11-24T10:00:00.000Z  0.5s",
            "run-1  weather v1  SUCCEEDED  normal    2026-11-24T10:00:00.000Z  1m05s  day=1 team=blue");
  }

  @Test
  void runsAreChosenByFlowAndState() throws Exception {
    assertThat(tierflow.run("runs", "--flow", "weather", "--json").json().path("items"))
        .singleElement()
        .satisfies(run -> assertThat(run.path("id").asText()).isEqualTo("run-1"));
    assertThat(tierflow.run("runs", "--status", "FAILED").outLines())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("run-2 ");
  }

  @Test
  void runsGoOnWhereAnEarlierListEnded() {
    Ended first = tierflow.run("runs", "--limit", "1");
    Ended rest = tierflow.run("runs", "--cursor", "1");

    assertThat(first.outLines()).endsWith("", "there are more: --cursor 1");
    assertThat(rest.outLines()).hasSize(2).last().asString().startsWith("run-1 ");
  }

  @Test
  void runsRefusesWhatTheRunnerDoesNotTake() throws Exception {
    Ended state = tierflow.run("runs", "--status", "BROKEN", "--json");
    Ended limit = tierflow.run("runs", "--limit", "0");

    assertThat(state.exitCode()).isEqualTo(2);
    assertThat(state.errLines()).singleElement().asString().contains("BROKEN", "SUCCEEDED");
    assertThat(state.json().path("status").asInt()).isEqualTo(400);
    assertThat(limit.exitCode()).isEqualTo(2);
    assertThat(limit.err()).contains("limit", "0");
  }

  @Test
  void showDrawsTheRunWithItsAttempts() {
    Ended ended = tierflow.run("show", "run-1");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.outLines().get(0)).endsWith("weather v1  run-1  SUCCEEDED  1m05s");
    assertThat(ended.out()).contains("main", "fetch", "#1", "small-a-1", "queued 1.0s");
  }

  @Test
  void showGivesTheRunAsOneDocument() throws Exception {
    assertThat(tierflow.run("show", "run-2", "--json").json().path("state").asText())
        .isEqualTo("FAILED");
  }

  @Test
  void showSaysThatThereIsNoSuchRun() throws Exception {
    Ended ended = tierflow.run("show", "run/9", "--json");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.errLines()).singleElement().asString().contains("run/9");
    assertThat(ended.json().path("status").asInt()).isEqualTo(404);
  }

  @Test
  void poolsListsTheWorkers() throws Exception {
    Ended ended = tierflow.run("pools");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.outLines()).hasSize(5);
    assertThat(ended.outLines().get(0))
        .matches("CLASS +WORKERS +BUSY +LAG +PER SECOND +DRAINED IN +MEMORY +HEARD +VERSION");
    assertThat(ended.outLines().get(1)).matches("large +0 +0/0 +- +- +- +0/0 MiB +- +-");
    assertThat(ended.outLines().get(2))
        .matches("small +1 +2/7 +30 +0.50 +1m00s +64/256 MiB +[0-9hms.]+ ago +0.1.0");
    assertThat(ended.outLines().get(3))
        .matches("CLASS +WORKER +BUSY +DONE +FAILED +MEMORY +HEARD +HANDLERS");
    assertThat(ended.outLines().get(4))
        .matches(
            "small +small-host-abc123 +2/7, waiting 1 +10 +1 +64/256 MiB, peak 96 +[0-9hms.]+ ago +echo \\(breaker OPEN, rate 10 per 1s\\)");
    assertThat(tierflow.run("pools", "--json").json().path("items")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "control groups v2, small-host-abc123 ",
    "control groups v1, small-host-abc123 ",
    "control groups v2 without pids,"
        + " small-host-abc123 (limited by control groups v2 without pids) ",
    "Java and ulimit, small-host-abc123 (limited by Java and ulimit) "
  })
  void poolsTellsWhatLimitsAWorkersProcessesWhereTheLimitsAreNotAllThere(
      String limitedBy, String shown) throws Exception {
    tierflow.runs().limitedBy(limitedBy);

    assertThat(tierflow.run("pools").outLines().get(4))
        .matches("small +" + Pattern.quote(shown.strip()) + " +2/7.*");
    assertThat(tierflow.run("pools", "--json").json().at("/items/0/limitedBy").asText())
        .isEqualTo(limitedBy);
  }
}
