package io.tierflow.runner.cli;

import io.tierflow.client.BudgetView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Tells the limits that are worked out from the past, and from what. Pure. */
final class BudgetLines {

  private BudgetLines() {}

  static List<String> of(List<BudgetView> budgets) {
    return budgets.stream().map(BudgetLines::line).toList();
  }

  private static String line(BudgetView budget) {
    String what =
        budget.stage() == null
            ? "deadline"
            : budget.limit().toLowerCase(Locale.ROOT)
                + " of "
                + budget.pipeline()
                + "/"
                + budget.stage();
    String known =
        budget.p99Ms() == null
            ? ""
            : ", 99th percentile " + Times.text(Duration.ofMillis(budget.p99Ms()));
    return budget.atMostMs() == null
        ? String.format(
            Locale.ROOT,
            "auto: %s not known yet: %d of %d times seen%s",
            what,
            budget.runs(),
            budget.minimumRuns(),
            known)
        : String.format(
            Locale.ROOT,
            "auto: %s at most %s (%d times seen%s, times %s)",
            what,
            Times.text(Duration.ofMillis(budget.atMostMs())),
            budget.runs(),
            known,
            budget.factor());
  }
}
