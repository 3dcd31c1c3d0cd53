package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.ElementsView;
import io.tierflow.client.FailureView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.machine.RunState;
import io.tierflow.machine.StageState;
import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.Runs;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunRenderingTest {

  private static final FailureView FAILURE =
      new FailureView("TIMED_OUT", "no answer within 2s", "at station 7\n\n  cause: silence\n");
  private static final RunTree TREE = new RunTree(Glyphs.UNICODE);

  @Test
  void drawsPipelinesStagesAndWhatIsMissing() {
    assertThat(TREE.lines(running(), after(12)))
        .containsExactly(
            "● weather v1  run-1  RUNNING  12.0s",
            "  ! RUN_OVERDUE for 2.0s",
            "├─ ● ingest                              12.0s",
            "│  ├─ ✔ fetch    small  small-a-1         3.5s  attempt 2",
            "│  ├─ ● core     large  small-a-1         7.0s  40 of 100 elements, 8 out, 2 failed  42% hour 10 of 24",
            "│  └─ ↻ check    small  small-a-1         7.0s  attempt 1  TIMED_OUT: no answer within 2s",
            "└─ ● report                               8.0s  after ingest",
            "   ├─ ○ send     large             queued 8.0s  ! NO_WORKERS (class large) for 8.0s",
            "   └─ – archive  small");
  }

  @Test
  void drawsEachAttemptBelowItsStage() {
    assertThat(TREE.detailedLines(running(), after(12)))
        .containsExactly(
            "● weather v1  run-1  RUNNING  12.0s",
            "  ! RUN_OVERDUE for 2.0s",
            "├─ ● ingest                              12.0s",
            "│  ├─ ✔ fetch    small  small-a-1         3.5s  attempt 2",
            "│  │    ✘ #1     small  small-a-1         2.0s  queued 0.5s  TIMED_OUT: no answer within 2s",
            "│  │      at station 7",
            "│  │        cause: silence",
            "│  │    ✔ #2     small  small-a-1         0.7s  queued 0.2s",
            "│  ├─ ● core     large  small-a-1         7.0s  40 of 100 elements, 8 out, 2 failed  42% hour 10 of 24",
            "│  │    ● #1     small  small-a-1         7.0s  queued 1.0s",
            "│  └─ ↻ check    small  small-a-1         7.0s  attempt 1  TIMED_OUT: no answer within 2s",
            "│       ✘ #1     small  small-a-1         2.0s  queued 1.0s  TIMED_OUT: no answer within 2s",
            "│         at station 7",
            "│           cause: silence",
            "└─ ● report                               8.0s  after ingest",
            "   ├─ ○ send     large             queued 8.0s  ! NO_WORKERS (class large) for 8.0s",
            "   │    ○ #1     small",
            "   └─ – archive  small");
  }

  @Test
  void drawsAFailedRun() {
    assertThat(TREE.lines(failed(), after(500)))
        .containsExactly(
            "✘ weather v1  run-1  FAILED  1m15s",
            "  TIMED_OUT: no answer within 2s",
            "├─ ✘ ingest                      1m15s",
            "│  ├─ ✘ fetch  small  small-a-1  1m14s  TIMED_OUT: no answer within 2s",
            "│  └─ ⊘ core   large",
            "└─ ⊘ report                             after ingest",
            "   └─ ⊘ send   small");
  }

  @Test
  void drawsInAsciiWhereNothingElseIsUnderstood() {
    assertThat(new RunTree(Glyphs.ASCII).lines(failed(), after(500)))
        .containsExactly(
            "x weather v1  run-1  FAILED  1m15s",
            "  TIMED_OUT: no answer within 2s",
            "|- x ingest                      1m15s",
            "|  |- x fetch  small  small-a-1  1m14s  TIMED_OUT: no answer within 2s",
            "|  `- / core   large",
            "`- / report                             after ingest",
            "   `- / send   small");
  }

  @Test
  void printsALineForEachChangeOnly() {
    StringWriter text = new StringWriter();
    ChangeDisplay display = new ChangeDisplay(new PrintWriter(text), Glyphs.UNICODE);

    display.show(queued(), after(1));
    display.show(queued(), after(2));
    display.note("cannot reach the runner; trying again");
    display.note("cannot reach the runner; trying again");
    display.show(running(), after(12));
    display.show(running(), after(13));
    display.note("cannot reach the runner; trying again");
    display.show(failed(), after(20));

    assertThat(text.toString().lines())
        .containsExactly(
            "    1.0s  ○ ingest/fetch  QUEUED  small",
            "    1.0s  ● weather  RUNNING",
            "cannot reach the runner; trying again",
            "   12.0s  ✔ ingest/fetch  SUCCEEDED  small  small-a-1  3.5s  attempt 2",
            "   12.0s  ● ingest/core  RUNNING  large  small-a-1  7.0s  40 of 100 elements, 8 out, 2 failed  42% hour 10 of 24",
            "   12.0s  ↻ ingest/check  RETRYING  small  small-a-1  7.0s  attempt 1  TIMED_OUT: no answer within 2s",
            "   12.0s  ○ report/send  QUEUED  large",
            "   12.0s  – report/archive  SKIPPED  small",
            "cannot reach the runner; trying again",
            "   1m15s  ✘ ingest/fetch  FAILED  small  small-a-1  1m14s  TIMED_OUT: no answer within 2s",
            "   1m15s  ⊘ ingest/core  CANCELLED  large",
            "   1m15s  ⊘ report/send  CANCELLED  small",
            "   1m15s  ✘ weather  FAILED");
  }

  @Test
  void hasNothingOutOnceAForEachHasEnded() {
    RunView run =
        Runs.run("run-1", "weather", 1, "CANCELLED")
            .ended(9)
            .pipeline("main", "CANCELLED", List.of(), cancelledForEach())
            .view();

    assertThat(TREE.lines(run, after(9)).get(2)).endsWith("  40 of 100 elements, 2 failed");
  }

  private static StageView cancelledForEach() {
    return new StageView(
        "each",
        "CANCELLED",
        "small",
        "kafka",
        "echo",
        "each",
        null,
        false,
        null,
        null,
        null,
        new ElementsView(100, 50, 40, 2),
        List.of());
  }

  @Test
  void drawsOverWhatItDrewBefore() {
    StringWriter text = new StringWriter();
    LiveDisplay display = new LiveDisplay(new PrintWriter(text), TREE, 24);

    display.show(queued(), after(1));
    display.note("cannot reach the runner; trying again");
    display.show(queued(), after(2));
    display.show(queued(), after(3));

    assertThat(visible(text))
        .isEqualTo(
            """
            ESC[?7l● weather v1  run-1  RUNNING  1.0sESC[K
            ├─ ● ingest                  1.0sESC[K
            │  ├─ ○ fetch  small  queued 1.0sESC[K
            │  └─ · core   largeESC[K
            └─ · report                        after ingestESC[K
               └─ · send   smallESC[K
            ESC[JESC[?7hESC[?7lESC[6A● weather v1  run-1  RUNNING  2.0sESC[K
            ├─ ● ingest                  2.0sESC[K
            │  ├─ ○ fetch  small  queued 2.0sESC[K
            │  └─ · core   largeESC[K
            └─ · report                        after ingestESC[K
               └─ · send   smallESC[K
            cannot reach the runner; trying againESC[K
            ESC[JESC[?7hESC[?7lESC[7A● weather v1  run-1  RUNNING  3.0sESC[K
            ├─ ● ingest                  3.0sESC[K
            │  ├─ ○ fetch  small  queued 3.0sESC[K
            │  └─ · core   largeESC[K
            └─ · report                        after ingestESC[K
               └─ · send   smallESC[K
            ESC[JESC[?7h""");
  }

  @Test
  void cutsATreeThatIsTallerThanTheTerminal() {
    StringWriter text = new StringWriter();
    LiveDisplay display = new LiveDisplay(new PrintWriter(text), TREE, 5);

    display.show(running(), after(12));
    display.show(running(), after(12));

    assertThat(visible(text))
        .isEqualTo(
            """
            ESC[?7l● weather v1  run-1  RUNNING  12.0sESC[K
              ! RUN_OVERDUE for 2.0sESC[K
            ├─ ● ingest                              12.0sESC[K
            … 6 more linesESC[K
            ESC[JESC[?7hESC[?7lESC[4A● weather v1  run-1  RUNNING  12.0sESC[K
              ! RUN_OVERDUE for 2.0sESC[K
            ├─ ● ingest                              12.0sESC[K
            … 6 more linesESC[K
            ESC[JESC[?7h""");
  }

  @Test
  void keepsTheTextsOfHandlersOnOneLineAndTheirEscapesAway() {
    FailureView hostile =
        new FailureView("HANDLER_ERROR", "two\nlines \u001b[31mred", "\u001b[2Jdetail\n\tat x");
    RunView run =
        Runs.run("run-1", "weather", 1, "FAILED")
            .ended(2)
            .failed(hostile)
            .pipeline(
                "main",
                "FAILED",
                List.of(),
                Runs.stage("fetch", "FAILED", "small", Runs.attempt(1, "FAILED", 0, 1, 2, hostile)))
            .view();

    assertThat(TREE.detailedLines(run, after(2)))
        .containsExactly(
            "✘ weather v1  run-1  FAILED  2.0s",
            "  HANDLER_ERROR: two lines  [31mred",
            "└─ ✘ main                        2.0s",
            "   └─ ✘ fetch  small  small-a-1  1.0s  HANDLER_ERROR: two lines  [31mred",
            "        ✘ #1   small  small-a-1  1.0s  queued 1.0s  HANDLER_ERROR: two lines  [31mred",
            "           [2Jdetail",
            "              at x");
  }

  private static String visible(StringWriter text) {
    return text.toString().replace("\u001b", "ESC").replace("\r", "");
  }

  @Test
  void everyStateHasASign() {
    for (Glyphs glyphs : List.of(Glyphs.UNICODE, Glyphs.ASCII)) {
      for (StageState state : StageState.values()) {
        assertThat(glyphs.state(state.name())).as("%s", state).isNotEqualTo("?");
      }
      for (RunState state : RunState.values()) {
        assertThat(glyphs.state(state.name())).as("%s", state).isNotEqualTo("?");
      }
    }
  }

  private static RunView queued() {
    return Runs.run("run-1", "weather", 1, "RUNNING")
        .pipeline(
            "ingest",
            "RUNNING",
            List.of(),
            Runs.stage("fetch", "QUEUED", "small", Runs.attempt(1, "QUEUED", 0, -1, -1, null)),
            Runs.stage("core", "WAITING", "large"))
        .pipeline("report", "WAITING", List.of("ingest"), Runs.stage("send", "WAITING", "small"))
        .view();
  }

  private static RunView running() {
    return Runs.run("run-1", "weather", 1, "RUNNING")
        .missing("NO_WORKERS", "report", "send", 4)
        .missing("RUN_OVERDUE", null, null, 10)
        .pipeline(
            "ingest",
            "RUNNING",
            List.of(),
            Runs.stage(
                "fetch",
                "SUCCEEDED",
                "small",
                Runs.attempt(1, "FAILED", 0, 0.5, 2.5, FAILURE),
                Runs.attempt(2, "SUCCEEDED", 3, 3.25, 4, null)),
            Runs.progressing(
                "core",
                0.42,
                "hour 10 of 24",
                new ElementsView(100, 50, 40, 2),
                Runs.attempt(1, "RUNNING", 4, 5, -1, null)),
            Runs.stage("check", "RETRYING", "small", Runs.attempt(1, "FAILED", 4, 5, 7, FAILURE)))
        .pipeline(
            "report",
            "RUNNING",
            List.of("ingest"),
            Runs.stage("send", "QUEUED", "large", Runs.attempt(1, "QUEUED", 4, -1, -1, null)),
            Runs.stage("archive", "SKIPPED", "small"))
        .view();
  }

  private static RunView failed() {
    return Runs.run("run-1", "weather", 1, "FAILED")
        .ended(75)
        .failed(FAILURE)
        .pipeline(
            "ingest",
            "FAILED",
            List.of(),
            Runs.stage("fetch", "FAILED", "small", Runs.attempt(1, "FAILED", 0, 1, 75, FAILURE)),
            Runs.stage("core", "CANCELLED", "large"))
        .pipeline(
            "report", "CANCELLED", List.of("ingest"), Runs.stage("send", "CANCELLED", "small"))
        .view();
  }

  private static Instant after(long seconds) {
    return InMemoryRuns.START.plusSeconds(seconds);
  }
}
