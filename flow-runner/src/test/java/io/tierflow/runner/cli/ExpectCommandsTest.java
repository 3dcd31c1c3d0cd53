package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.cli.Tierflow.Ended;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExpectCommandsTest {

  private final Tierflow tierflow = new Tierflow();

  @AfterEach
  void stop() {
    tierflow.close();
  }

  @Test
  void aCronJobIsExpectedMissedAndCompleted() throws Exception {
    assertThat(
            tierflow
                .run("expect", "add", "backup", "--cron", "0 11 * * *", "--within", "30m")
                .outLines())
        .containsExactly(
            "backup is expected cron 0 11 * * * in UTC, next due 2026-11-24T11:00:00.000Z,"
                + " within 30m");
    tierflow.runs().expectations().moveTo(InMemoryRuns.START.plus(Duration.ofMinutes(90)));

    assertThat(tierflow.run("missing").outLines())
        .last()
        .asString()
        .contains("SCHEDULE_MISSED", "expectation backup", "waits for a report");
    assertThat(tierflow.run("expect", "list").outLines())
        .containsExactly(
            "NAME    KEY  STATE    EXPECTED                NEXT DUE                  LAST REPORT",
            "backup  -    OVERDUE  cron 0 11 * * * in UTC  2026-11-24T11:00:00.000Z  -");
    Ended failed =
        tierflow.run("expect", "complete", "backup", "--status", "failed", "--message", "full");
    assertThat(failed.exitCode()).isZero();
    assertThat(tierflow.run("expect", "complete", "backup").outLines())
        .containsExactly(
            "backup: late for what was due at 2026-11-24T11:00:00Z; the next is due at"
                + " 2026-11-25T11:00:00Z");
    assertThat(tierflow.run("expect", "show", "backup").out())
        .contains("backup  WAITING", "SCHEDULE_MISSED", "REPORTED_FAILED", "LATE", "full");
    assertThat(tierflow.run("missing").outLines()).containsExactly("nothing is missing");
  }

  @Test
  void oneOfSeveralIsToldByItsKey() throws Exception {
    tierflow.run("expect", "add", "export", "--key", "7", "--due", "10m", "--label", "team=ops");
    Ended none = tierflow.run("expect", "complete", "export");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.errLines()).containsExactly("no such expectation: 'export' without a key");

    Ended done = tierflow.run("expect", "complete", "export", "--key", "7", "--json");
    assertThat(done.json().path("verdict").asText()).isEqualTo("ON_TIME");
    assertThat(tierflow.run("expect", "list", "--json").json().at("/items/0/labels/team").asText())
        .isEqualTo("ops");
    assertThat(tierflow.run("expect", "remove", "export", "--key", "7").outLines())
        .containsExactly("export (7) is expected no longer");
    assertThat(tierflow.run("expect", "show", "export", "--key", "7").exitCode()).isEqualTo(2);
  }

  @Test
  void whatCannotBeExpectedIsRefused() {
    Ended ended = tierflow.run("expect", "add", "x", "--every", "1h", "--due", "1h");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.errLines())
        .containsExactly("every: found every beside due, expected one of due, every and cron");
    assertThat(Tierflow.bare("expect").exitCode()).isEqualTo(2);
  }
}
