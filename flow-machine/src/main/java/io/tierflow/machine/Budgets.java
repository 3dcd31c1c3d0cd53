package io.tierflow.machine;

import io.tierflow.client.BudgetView;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Works out what a flow wants worked out from the past. Pure. */
public final class Budgets {

  private Budgets() {}

  /**
   * The limits that the flow says are {@code auto}.
   *
   * @param classes by {@code pipeline/stage}: where stages begin instead of on their flow's class
   * @param past the past times of a series in milliseconds, in any order; none when nothing is
   *     known
   */
  public static List<Budget> of(
      Plan plan, Map<String, String> classes, Function<Series, long[]> past) {
    String flow = plan.flow().name();
    List<Budget> all = new ArrayList<>();
    if (plan.flow().autoDeadline()) {
      Series runs = Series.ofRuns(flow);
      all.add(Budget.of(runs, past.apply(runs)));
    }
    for (Pipeline pipeline : plan.flow().pipelines()) {
      for (Stage stage : pipeline.stages().toList()) {
        TaskKey task = TaskKey.of(pipeline.name(), stage.name());
        String tier = classes.getOrDefault(task.toString(), stage.resourceClass().name());
        for (Timeouts.Auto limit : Timeouts.Auto.values()) {
          if (stage.timeouts().auto().contains(limit)) {
            Series series = Series.of(kind(limit), flow, task, stage.launcher().lane(tier));
            all.add(Budget.of(series, past.apply(series)));
          }
        }
      }
    }
    return all;
  }

  /** Budgets as the HTTP API shows them. */
  public static List<BudgetView> views(List<Budget> budgets) {
    return budgets.stream()
        .map(
            budget ->
                new BudgetView(
                    budget.kind().name(),
                    budget.pipeline(),
                    budget.stage(),
                    millis(budget.atMost()),
                    millis(budget.p99()),
                    budget.runs(),
                    Budget.MINIMUM_RUNS,
                    Budget.FACTOR))
        .toList();
  }

  /** What a run is held to where its flow says {@code auto}, and enough was known. */
  static Optional<Duration> limit(RunRecord run, Budget.Kind kind, TaskKey task) {
    return run.budgets().stream()
        .filter(budget -> budget.isOf(kind, task) && budget.atMost() != null)
        .map(Budget::atMost)
        .findFirst();
  }

  private static Budget.Kind kind(Timeouts.Auto limit) {
    return switch (limit) {
      case QUEUE -> Budget.Kind.QUEUE;
      case RUN -> Budget.Kind.RUN;
    };
  }

  private static Long millis(Duration duration) {
    return duration == null ? null : duration.toMillis();
  }
}
