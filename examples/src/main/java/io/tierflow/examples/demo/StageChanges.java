package io.tierflow.examples.demo;

import io.tierflow.client.AttemptView;
import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns a run as it is seen again and again into a line for each change of a stage. One thread. */
final class StageChanges {

  private final Map<String, String> states = new HashMap<>();

  private record Change(double seconds, String line) {}

  /**
   * What has changed since the last call, as lines such as {@code 2.0 s report/core-logic … }, in
   * the order in which it happened.
   */
  List<String> lines(RunView run) {
    List<Change> changes = new ArrayList<>();
    for (PipelineView pipeline : run.pipelines()) {
      for (StageView stage : pipeline.stages()) {
        String name = pipeline.name() + "/" + stage.name();
        String before = states.put(name, stage.state());
        if (!stage.state().equals(before) && !stage.state().equals("WAITING")) {
          changes.add(new Change(seconds(run, stage), line(run, name, stage)));
        }
      }
    }
    changes.sort(Comparator.comparingDouble(Change::seconds));
    return changes.stream().map(Change::line).toList();
  }

  private static String line(RunView run, String name, StageView stage) {
    AttemptView attempt = last(stage);
    String worker = attempt == null || attempt.worker() == null ? "" : attempt.worker();
    return String.format(
            Locale.ROOT,
            "%6.2f s  %-22s  %-10s  %-6s  %s",
            seconds(run, stage),
            name,
            stage.state(),
            stage.resourceClass(),
            worker)
        .stripTrailing();
  }

  private static AttemptView last(StageView stage) {
    return stage.attempts().isEmpty() ? null : stage.attempts().get(stage.attempts().size() - 1);
  }

  private static double seconds(RunView run, StageView stage) {
    AttemptView attempt = last(stage);
    if (attempt == null) {
      return 0;
    }
    Instant at = attempt.queuedAt();
    at = attempt.startedAt() == null ? at : attempt.startedAt();
    at = attempt.endedAt() == null ? at : attempt.endedAt();
    return at == null ? 0 : Duration.between(run.submittedAt(), at).toMillis() / 1000.0;
  }
}
