package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.Runs;
import io.tierflow.runner.cli.Tierflow.Ended;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MissingCommandTest {

  private final Tierflow tierflow = new Tierflow();
  private final StringWriter shown = new StringWriter();
  private final Instant now = InMemoryRuns.START.plusSeconds(60);

  @AfterEach
  void stop() {
    tierflow.close();
  }

  @Test
  void nothingMissingIsSaidAndFine() throws Exception {
    Ended ended = tierflow.run("missing");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.outLines()).containsExactly("nothing is missing");
    assertThat(tierflow.run("missing", "--json").json().path("items")).isEmpty();
  }

  @Test
  void whatIsMissingIsListedWithWhatIsDone() throws Exception {
    put();

    assertThat(tierflow.run("missing").outLines())
        .containsExactly(
            "SINCE                     REASON       FLOW     RUN    STAGE          CLASS  WHAT IS"
                + " DONE",
            "2026-11-24T10:00:01.000Z  NO_WORKERS   weather  run-1  main/fetch #1  large  waits",
            "2026-11-24T10:00:02.500Z  RUN_OVERDUE  weather  run-1  -              -      waits");
    assertThat(tierflow.run("missing", "--class", "large", "--json").json().path("items"))
        .singleElement()
        .satisfies(it -> assertThat(it.path("reason").asText()).isEqualTo("NO_WORKERS"));
    assertThat(tierflow.run("missing", "--flow", "other", "--reason", "NO_WORKERS").outLines())
        .containsExactly("nothing is missing");
    assertThat(tierflow.run("missing", "--limit", "1").outLines())
        .endsWith("", "there are more: --cursor 1");
  }

  @Test
  void anUnknownReasonIsRefused() {
    Ended ended = tierflow.run("missing", "--reason", "LATE");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.errLines()).singleElement().asString().contains("LATE", "NO_WORKERS");
  }

  @Test
  void aWatchPrintsALineForWhatRisesAndWhatClears() {
    MissingWatch watch = watch(new MissingDisplay.Changes(new PrintWriter(shown)));

    watch.step();
    put();
    watch.step();
    watch.step();
    tierflow.runs().failWith(() -> new UnavailableException("the engine is starting", null));
    watch.step();
    watch.step();
    tierflow.runs().failWith(() -> null);
    tierflow.runs().put(Runs.run("run-1", "weather", 1, "SUCCEEDED").ended(9).view());
    watch.step();

    assertThat(shown.toString().lines())
        .containsExactly(
            "nothing is missing",
            "2026-11-24T10:00:02.500Z  MISSING  RUN_OVERDUE  weather  run run-1",
            "2026-11-24T10:00:01.000Z  MISSING  NO_WORKERS  weather  run run-1  main/fetch #1  on"
                + " large",
            "the engine is starting; trying again",
            "2026-11-24T10:01:00.000Z  CLEARED  RUN_OVERDUE  weather  run run-1",
            "2026-11-24T10:01:00.000Z  CLEARED  NO_WORKERS  weather  run run-1  main/fetch #1  on"
                + " large");
  }

  @Test
  void whatClearsBetweenTwoLooksIsShownAllTheSame() throws Exception {
    tierflow
        .runs()
        .put(
            Runs.run("run-1", "weather", 1, "SUCCEEDED")
                .missing("HEARTBEAT_LOST", "main", "fetch", 1)
                .cleared(9)
                .ended(9)
                .view());
    MissingWatch watch =
        new MissingWatch(
            new RunnerApi(URI.create(tierflow.url())),
            "/api/v1/missing?limit=10&cleared=1m",
            new MissingDisplay.Changes(new PrintWriter(shown)),
            () -> now);

    watch.step();
    watch.step();

    assertThat(shown.toString().lines())
        .containsExactly(
            "nothing is missing",
            "2026-11-24T10:00:01.000Z  MISSING  HEARTBEAT_LOST  weather  run run-1  main/fetch #1"
                + "  on large",
            "2026-11-24T10:00:09.000Z  CLEARED  HEARTBEAT_LOST  weather  run run-1  main/fetch #1"
                + "  on large  (the run has ended)");
    assertThat(tierflow.run("missing").outLines()).containsExactly("nothing is missing");
    assertThat(tierflow.run("missing", "--cleared", "1m").outLines())
        .last()
        .asString()
        .endsWith("cleared at 2026-11-24T10:00:09.000Z: the run has ended");
    assertThat(tierflow.run("missing", "--cleared", "6m").errLines())
        .singleElement()
        .asString()
        .contains("6m", "at most 5m");
  }

  @Test
  void whatFallsOffTheEndOfAFullListHasNotCleared() {
    MissingWatch watch =
        new MissingWatch(
            new RunnerApi(URI.create(tierflow.url())),
            "/api/v1/missing?limit=1",
            new MissingDisplay.Changes(new PrintWriter(shown)),
            () -> now);
    tierflow.runs().put(Runs.run("run-0", "weather", 1, "RUNNING").view()); // first in the list
    tierflow
        .runs()
        .put(Runs.run("run-1", "weather", 1, "RUNNING").missing("OVERDUE", "p", "s", 1).view());
    watch.step();
    tierflow
        .runs()
        .put(Runs.run("run-0", "weather", 1, "RUNNING").missing("OVERDUE", "p", "s", 2).view());
    watch.step();

    assertThat(shown.toString()).contains("run-1", "run-0").doesNotContain("CLEARED");
  }

  @Test
  void aWatchForProgramsPrintsOneLineOfJsonPerChange() throws Exception {
    MissingWatch watch = watch(new MissingDisplay.Json(new PrintWriter(shown)));

    watch.step();
    assertThat(shown.toString()).isEmpty();
    put();
    watch.step();

    assertThat(shown.toString().lines()).hasSize(2);
    JsonNode line =
        ClientJson.MAPPER.readTree(shown.toString().lines().skip(1).findFirst().orElseThrow());
    assertThat(line.path("change").asText()).isEqualTo("MISSING");
    assertThat(line.path("reason").asText()).isEqualTo("NO_WORKERS");
    assertThat(line.path("class").asText()).isEqualTo("large");
    assertThat(line.path("at").asText()).isEqualTo("2026-11-24T10:00:01.000Z");
  }

  @Test
  void aWatchOnATerminalDrawsTheTableOverItself() {
    MissingWatch watch = watch(new MissingDisplay.Live(new Screen(new PrintWriter(shown), 10)));

    watch.step();
    put();
    watch.step();

    assertThat(shown.toString()).contains("nothing is missing", "\u001b[1A", "NO_WORKERS");
  }

  private MissingWatch watch(MissingDisplay display) {
    return new MissingWatch(
        new RunnerApi(URI.create(tierflow.url())), "/api/v1/missing?limit=10", display, () -> now);
  }

  private void put() {
    tierflow
        .runs()
        .put(
            Runs.run("run-1", "weather", 1, "RUNNING")
                .missing("NO_WORKERS", "main", "fetch", 1)
                .missing("RUN_OVERDUE", null, null, 2.5)
                .view());
  }
}
