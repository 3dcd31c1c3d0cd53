package io.tierflow.runner.expect;

import io.tierflow.client.CompletionView;
import io.tierflow.client.ExpectationView;
import io.tierflow.client.ExpectationView.FlagView;
import io.tierflow.client.ExpectationView.ReportView;
import io.tierflow.client.MissingCompletion;
import io.tierflow.flow.file.DurationText;
import io.tierflow.machine.expect.ExpectState;
import io.tierflow.machine.expect.Expectation;
import io.tierflow.machine.expect.Flag;
import io.tierflow.machine.expect.Report;
import io.tierflow.runner.expect.ExpectationService.Subject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/** Shows what is kept of expectations. */
public final class ExpectationViews {

  private ExpectationViews() {}

  /** One of them. */
  public static ExpectationView of(Subject subject, ExpectState state) {
    Expectation expected = state.expectation();
    List<ReportView> reports =
        new ArrayList<>(state.reports().stream().map(ExpectationViews::report).toList());
    Collections.reverse(reports);
    return new ExpectationView(
        subject.name(),
        key(subject),
        state(state),
        expected.due().orElse(null),
        expected.every().map(DurationText::format).orElse(null),
        expected.cron().orElse(null),
        expected.zone().orElse(null),
        DurationText.format(expected.within()),
        new TreeMap<>(expected.labels()),
        state.registeredAt(),
        state.due(),
        state.open().stream().allMatch(flag -> flag.reason() == Flag.Reason.REPORTED_FAILED)
            ? state.limit().orElse(null)
            : null,
        state.startedAt(),
        reports,
        state.flags().stream().map(ExpectationViews::flag).toList());
  }

  /** What became of a report. */
  public static CompletionView completion(Subject subject, Report report, ExpectState state) {
    return new CompletionView(
        subject.name(),
        key(subject),
        report.id(),
        report.verdict().name(),
        report.due(),
        state.due(),
        words(report, state));
  }

  /** A flag, in the list of all that is missing or was a moment ago. */
  public static MissingCompletion missing(Subject subject, Flag flag) {
    MissingCompletion missing =
        MissingCompletion.ofExpectation(
            subject.name(),
            key(subject),
            flag.reason().name(),
            flag.since(),
            switch (flag.reason()) {
              case OVERDUE, SCHEDULE_MISSED -> "waits for a report";
              case REPORTED_FAILED ->
                  "waits for a success"
                      + (flag.message().isEmpty() ? "" : "; said: " + flag.message());
            });
    return missing
        .dueAt(flag.due())
        .cleared(flag.clearedAt(), flag.isOpen() ? null : clearedBy(flag));
  }

  private static String clearedBy(Flag flag) {
    if (flag.clearCause().startsWith("report ")) {
      return "it was reported";
    }
    return flag.clearCause().startsWith("remove ")
        ? "it is not expected any more"
        : "it is expected otherwise now";
  }

  private static String key(Subject subject) {
    return subject.key().isEmpty() ? null : subject.key();
  }

  private static String state(ExpectState state) {
    List<Flag.Reason> open = state.open().stream().map(Flag::reason).toList();
    if (open.isEmpty()) {
      return state.isDone() ? "SUCCEEDED" : state.startedAt() == null ? "WAITING" : "STARTED";
    }
    boolean silent = open.stream().anyMatch(reason -> reason != Flag.Reason.REPORTED_FAILED);
    return silent ? "OVERDUE" : "FAILED";
  }

  private static ReportView report(Report report) {
    return new ReportView(
        report.id(),
        report.at(),
        report.status().name(),
        report.message(),
        report.verdict().name(),
        report.due());
  }

  private static FlagView flag(Flag flag) {
    return new FlagView(
        flag.reason().name(), flag.due(), flag.message(), flag.since(), flag.clearedAt());
  }

  private static String words(Report report, ExpectState state) {
    String next = state.due() == null ? "" : "; the next is due at " + state.due();
    return switch (report.verdict()) {
      case NOTED -> "the start is noted" + next;
      case ON_TIME -> "in time for what was due at " + report.due() + next;
      case LATE -> "late for what was due at " + report.due() + next;
      case EARLY -> "early: it counts for no due time" + next;
      case DUPLICATE -> "nothing changes: success had been reported already";
      case STALE -> "nothing changes: something later had been reported already" + next;
    };
  }
}
