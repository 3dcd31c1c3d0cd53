package io.tierflow.runner.cli;

import io.tierflow.client.MissingCompletion;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** What is missing, in columns for people. */
final class MissingTable {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

  private MissingTable() {}

  static List<String> lines(List<MissingCompletion> missing) {
    if (missing.isEmpty()) {
      return List.of("nothing is missing");
    }
    Table table = new Table("SINCE", "REASON", "FLOW", "RUN", "STAGE", "CLASS", "WHAT IS DONE");
    for (MissingCompletion it : missing) {
      table.row(
          TIME.format(it.since()),
          it.reason(),
          it.expectation() == null ? it.flow() : "expectation " + it.expectation(),
          it.expectation() == null ? it.runId() : it.key(),
          stage(it),
          it.resourceClass() == null ? null : Notes.tier(it.resourceClass(), it.launcher()),
          done(it));
    }
    return table.lines();
  }

  /** One of them as part of a line. */
  static String line(MissingCompletion it) {
    if (it.expectation() != null) {
      return it.reason()
          + "  expectation "
          + it.expectation()
          + (it.key() == null ? "" : "  key " + it.key())
          + due(it)
          + whyCleared(it);
    }
    return it.reason()
        + "  "
        + it.flow()
        + due(it)
        + (it.runId() == null ? "" : "  run " + it.runId())
        + (it.stage() == null ? "" : "  " + stage(it))
        + (it.resourceClass() == null
            ? ""
            : "  on " + Notes.tier(it.resourceClass(), it.launcher()))
        + (it.detail() == null ? "" : "  " + it.detail())
        + whyCleared(it);
  }

  private static String done(MissingCompletion it) {
    if (it.clearedAt() != null) {
      return "cleared at " + TIME.format(it.clearedAt()) + ": " + it.clearedBy();
    }
    if (it.dueAt() != null) {
      String why = it.detail() == null ? "" : it.detail() + "; ";
      return "was due at " + TIME.format(it.dueAt()) + ": " + why + it.action();
    }
    return it.detail() == null ? it.action() : it.action() + ": " + it.detail();
  }

  private static String due(MissingCompletion it) {
    return it.dueAt() == null ? "" : "  due " + TIME.format(it.dueAt());
  }

  private static String whyCleared(MissingCompletion it) {
    return it.clearedAt() == null ? "" : "  (" + it.clearedBy() + ")";
  }

  static String time(Instant at) {
    return TIME.format(at);
  }

  private static String stage(MissingCompletion it) {
    return it.stage() == null
        ? null
        : it.place() + (it.attempt() == null ? "" : " #" + it.attempt());
  }
}
