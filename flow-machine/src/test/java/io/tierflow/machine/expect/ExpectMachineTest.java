package io.tierflow.machine.expect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.machine.expect.Report.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpectMachineTest {

  private static final Instant START = Instant.parse("2026-03-10T12:00:00Z");

  private final List<String> history = new ArrayList<>();
  private Optional<ExpectState> state = Optional.empty();
  private int ids;

  @Test
  void whatIsDueOnceIsFlaggedAndClearedByItsLateCompletion() {
    register("12:00:00", Expectation.by(at("12:30:00")).with(Duration.ofMinutes(5), Map.of()));
    wake("12:35:00");
    report("12:40:00", Status.SUCCEEDED);
    report("12:41:00", Status.SUCCEEDED);

    assertThat(history)
        .containsExactly(
            "Created", "FLAGGED OVERDUE", "LATE for 12:30:00", "CLEARED OVERDUE", "DUPLICATE");
    assertThat(state.orElseThrow().wakeAt()).contains(at("12:40:00").plus(Duration.ofDays(7)));
  }

  @Test
  void whatCompletesInTimeIsNeverFlagged() {
    register("12:00:00", Expectation.by(at("12:30:00")));
    report("12:01:00", Status.STARTED);
    assertThat(state.orElseThrow().startedAt()).isEqualTo(at("12:01:00"));
    report("12:10:00", Status.SUCCEEDED);
    wake("12:30:00");

    assertThat(history).containsExactly("Created", "NOTED", "ON_TIME for 12:30:00", "Unchanged");
    assertThat(state.orElseThrow().startedAt()).isNull();
  }

  @Test
  void aReportedFailureIsFlaggedAtOnceUntilASuccess() {
    register("12:00:00", Expectation.by(at("12:30:00")));
    report("12:10:00", Status.FAILED);
    report("12:11:00", Status.FAILED);
    assertThat(state.orElseThrow().wakeAt()).isEmpty();
    report("12:40:00", Status.SUCCEEDED);

    assertThat(history)
        .containsExactly(
            "Created",
            "ON_TIME for 12:30:00",
            "FLAGGED REPORTED_FAILED",
            "ON_TIME for 12:30:00",
            "LATE for 12:30:00",
            "CLEARED REPORTED_FAILED");
  }

  @Test
  void aCronJobIsMissedOnceHoweverLongItIsSilent() {
    register("12:00:00", Expectation.of(Cron.parse("0 13 * * *", ZoneId.of("UTC")), START));
    assertThat(state.orElseThrow().limit()).contains(at("14:00:00"));
    wake("14:00:00");
    assertThat(state.orElseThrow().wakeAt()).isEmpty();
    Instant later = at("13:20:00").plus(Duration.ofDays(3));
    report(later, Status.SUCCEEDED);

    assertThat(history)
        .containsExactly(
            "Created",
            "FLAGGED SCHEDULE_MISSED",
            "ON_TIME for 13:00:00",
            "CLEARED SCHEDULE_MISSED");
    assertThat(state.orElseThrow().due()).isEqualTo(at("13:00:00").plus(Duration.ofDays(4)));
  }

  @Test
  void aCompletionBeforeItsCronTimeCountsForNoneUnlessClocksDiffer() {
    register("12:00:00", Expectation.of(Cron.parse("0 13 * * *", ZoneId.of("UTC")), START));
    report("12:30:00", Status.SUCCEEDED);
    assertThat(state.orElseThrow().due()).isEqualTo(at("13:00:00"));
    report("12:59:58", Status.SUCCEEDED);

    assertThat(history).containsExactly("Created", "EARLY", "ON_TIME for 13:00:00");
    assertThat(state.orElseThrow().due()).isEqualTo(at("13:00:00").plus(Duration.ofDays(1)));
  }

  @Test
  void aSuccessAfterAFailureCountsForTheSameDueTime() {
    register("12:00:00", Expectation.of(Cron.parse("0 13 * * *", ZoneId.of("UTC")), START));
    report("13:05:00", Status.FAILED);
    report("13:50:00", Status.SUCCEEDED);
    report("13:55:00", Status.SUCCEEDED);

    assertThat(history)
        .containsExactly(
            "Created",
            "ON_TIME for 13:00:00",
            "FLAGGED REPORTED_FAILED",
            "ON_TIME for 13:00:00",
            "CLEARED REPORTED_FAILED",
            "EARLY");
    assertThat(state.orElseThrow().due()).isEqualTo(at("13:00:00").plus(Duration.ofDays(1)));
  }

  @Test
  void anIntervalIsCountedFromTheLastCompletion() {
    Expectation hourly = Expectation.of(new Every(Duration.ofHours(1)), START);
    register("12:00:00", hourly.with(Duration.ofMinutes(10), Map.of()));
    report("12:17:00", Status.SUCCEEDED);
    assertThat(state.orElseThrow().limit()).contains(at("13:27:00"));
    wake("13:27:00");
    report("13:30:00", Status.SUCCEEDED);

    assertThat(history)
        .containsExactly(
            "Created",
            "ON_TIME for 13:00:00",
            "FLAGGED SCHEDULE_MISSED",
            "LATE for 13:17:00",
            "CLEARED SCHEDULE_MISSED");
  }

  @Test
  void anOldReportDoesNotUndoANewerOne() {
    register("12:00:00", Expectation.of(new Every(Duration.ofHours(1)), START));
    report("12:20:00", Status.SUCCEEDED);
    decide(new ExpectInput.Reported("old", at("12:10:00"), Status.FAILED, ""), at("12:21:00"));

    assertThat(history).containsExactly("Created", "ON_TIME for 13:00:00", "STALE");
  }

  @Test
  void theSameAgainChangesNothingAndOtherDueTimesBeginAnew() {
    Expectation once = Expectation.by(at("12:30:00"));
    register("12:00:00", once);
    wake("12:30:00");
    register("12:31:00", once.with(Duration.ZERO, Map.of("team", "ops")));
    assertThat(state.orElseThrow().expectation().labels()).containsEntry("team", "ops");
    register("12:32:00", Expectation.by(at("13:00:00")));

    assertThat(history)
        .containsExactly("Created", "FLAGGED OVERDUE", "Unchanged", "Replaced", "CLEARED OVERDUE");
  }

  @Test
  void removalClearsAndIsForgottenLater() {
    register("12:00:00", Expectation.by(at("12:30:00")));
    wake("12:30:00");
    decide(new ExpectInput.Remove("x"), at("12:40:00"));
    report("12:41:00", Status.SUCCEEDED);
    decide(new ExpectInput.Remove("y"), at("12:42:00"));
    Instant forgotten = at("12:40:00").plus(ExpectState.KEPT);
    decide(new ExpectInput.Woken("r", forgotten), forgotten);

    assertThat(history)
        .containsExactly(
            "Created",
            "FLAGGED OVERDUE",
            "Removed",
            "CLEARED OVERDUE",
            "Unknown",
            "Unknown",
            "Unchanged");
    assertThat(state).isEmpty();
  }

  @Test
  void whatWasNeverExpectedIsUnknown() {
    report("12:00:00", Status.SUCCEEDED);

    assertThat(history).containsExactly("Unknown");
    assertThat(state).isEmpty();
  }

  private void register(String time, Expectation expectation) {
    decide(new ExpectInput.Register("i" + ids++, expectation), at(time));
  }

  private void report(String time, Status status) {
    report(at(time), status);
  }

  private void report(Instant time, Status status) {
    decide(new ExpectInput.Reported("i" + ids++, time, status, ""), time);
  }

  private void wake(String time) {
    decide(new ExpectInput.Woken("r", at(time)), at(time));
  }

  private void decide(ExpectInput input, Instant at) {
    ExpectDecision decision = ExpectMachine.decide(state, input, at);
    state = decision.state();
    if (decision.outcome() instanceof ExpectDecision.Outcome.Kept kept) {
      Report report = kept.report();
      history.add(
          report.verdict()
              + (report.due() == null ? "" : " for " + report.due().toString().substring(11, 19)));
    } else if (decision.tell().isEmpty() || !(input instanceof ExpectInput.Woken)) {
      history.add(decision.outcome().getClass().getSimpleName());
    }
    for (ExpectEvent event : decision.tell()) {
      history.add(
          event instanceof ExpectEvent.Flagged flagged
              ? "FLAGGED " + flagged.flag().reason()
              : "CLEARED " + ((ExpectEvent.Cleared) event).flag().reason());
    }
  }

  private static Instant at(String time) {
    return Instant.parse("2026-03-10T" + time + "Z");
  }
}
