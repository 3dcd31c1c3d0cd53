package io.tierflow.runner.cli;

import io.tierflow.client.ApiJson;
import io.tierflow.client.ExpectationView;
import io.tierflow.client.ExpectationView.FlagView;
import io.tierflow.client.ExpectationView.ReportView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Expectations in words for people. */
final class ExpectTexts {

  private ExpectTexts() {}

  static String name(ExpectationView view) {
    return view.name() + (view.key() == null ? "" : " (" + Notes.printable(view.key()) + ")");
  }

  static String timing(ExpectationView view) {
    if (view.due() != null) {
      return "once";
    }
    return view.every() != null
        ? "every " + view.every()
        : "cron " + view.cron() + " in " + view.zone();
  }

  static String expected(ExpectationView view) {
    return name(view)
        + " is expected "
        + timing(view)
        + (view.nextDueAt() == null ? "" : ", next due " + time(view.nextDueAt()))
        + ", within "
        + view.within();
  }

  static String time(Instant at) {
    return at == null ? "-" : ApiJson.format(at);
  }

  static List<String> whole(ExpectationView view) {
    List<String> lines = new ArrayList<>();
    lines.add(name(view) + "  " + view.state());
    lines.add("  expected   " + timing(view) + ", within " + view.within());
    lines.add("  next due   " + time(view.nextDueAt()) + ", flagged " + time(view.flaggedAt()));
    if (view.startedAt() != null) {
      lines.add("  started    " + time(view.startedAt()));
    }
    lines.add("  registered " + time(view.registeredAt()));
    if (view.labels() != null && !view.labels().isEmpty()) {
      lines.add("  labels     " + view.labels());
    }
    if (!view.missing().isEmpty()) {
      lines.add("");
      Table table = new Table("MISSING", "DUE", "SINCE", "CLEARED", "SAID");
      for (FlagView flag : view.missing()) {
        table.row(
            flag.reason(),
            time(flag.dueAt()),
            time(flag.since()),
            time(flag.clearedAt()),
            said(flag.message()));
      }
      lines.addAll(table.lines());
    }
    if (!view.reports().isEmpty()) {
      lines.add("");
      Table table = new Table("REPORTED", "STATUS", "COUNTS", "FOR", "SAID");
      for (ReportView report : view.reports()) {
        table.row(
            time(report.at()),
            report.status(),
            report.verdict(),
            time(report.dueAt()),
            said(report.message()));
      }
      lines.addAll(table.lines());
    }
    return lines;
  }

  private static String said(String message) {
    return message == null ? "" : Notes.printable(message).strip();
  }
}
