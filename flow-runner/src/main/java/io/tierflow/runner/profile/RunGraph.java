package io.tierflow.runner.profile;

import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which stages of a run waited for which. What a run shows has no parallel blocks; but the stages
 * of one block are dispatched by one decision, so neighbours with the same time of dispatch are one
 * step. Stages that were never dispatched take no time and are left out.
 */
final class RunGraph {

  private final Map<String, PipelineView> pipelines = new LinkedHashMap<>();
  private final Map<String, List<List<TimedStage>>> steps = new HashMap<>();

  RunGraph(RunView run) {
    for (PipelineView pipeline : run.pipelines()) {
      pipelines.put(pipeline.name(), pipeline);
      steps.put(pipeline.name(), steps(pipeline));
    }
  }

  private static List<List<TimedStage>> steps(PipelineView pipeline) {
    List<List<TimedStage>> steps = new ArrayList<>();
    Instant last = null;
    for (StageView view : pipeline.stages()) {
      if (TimedStage.isTimed(view)) {
        TimedStage stage = TimedStage.of(pipeline.name(), view);
        if (!stage.queuedAt().equals(last)) {
          steps.add(new ArrayList<>());
        }
        steps.get(steps.size() - 1).add(stage);
        last = stage.queuedAt();
      }
    }
    return steps;
  }

  /** The predecessor of a stage that ended last; empty if it waited for nothing. */
  Optional<TimedStage> predecessor(TimedStage stage) {
    List<List<TimedStage>> own = steps.get(stage.pipeline());
    for (int i = 1; i < own.size(); i++) {
      if (own.get(i).contains(stage)) {
        return lastEnded(own.get(i - 1));
      }
    }
    return lastOf(after(stage.pipeline()));
  }

  /** The chain of stages that determined the end of the run, in their order. */
  List<TimedStage> criticalPath() {
    Deque<TimedStage> path = new ArrayDeque<>();
    Optional<TimedStage> stage = lastOf(List.copyOf(pipelines.keySet()));
    while (stage.isPresent()) {
      path.addFirst(stage.get());
      stage = predecessor(stage.get());
    }
    return List.copyOf(path);
  }

  /** The longest path when every stage takes only what this function says. */
  Duration longest(Function<TimedStage, Duration> cost) {
    Map<String, Duration> ends = new HashMap<>();
    return pipelines.keySet().stream()
        .map(name -> end(name, cost, ends))
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  private Duration end(
      String pipeline, Function<TimedStage, Duration> cost, Map<String, Duration> ends) {
    Duration known = ends.get(pipeline);
    if (known != null) {
      return known;
    }
    Duration end = Duration.ZERO;
    for (String before : after(pipeline)) {
      Duration other = end(before, cost, ends);
      end = other.compareTo(end) > 0 ? other : end;
    }
    for (List<TimedStage> step : steps.get(pipeline)) {
      end = end.plus(step.stream().map(cost).max(Comparator.naturalOrder()).orElseThrow());
    }
    ends.put(pipeline, end);
    return end;
  }

  /**
   * Of these pipelines' last steps, and of what empty ones waited for, the stage that ended last.
   */
  private Optional<TimedStage> lastOf(List<String> names) {
    return names.stream()
        .flatMap(
            name -> {
              List<List<TimedStage>> own = steps.get(name);
              return (own.isEmpty() ? lastOf(after(name)) : lastEnded(own.get(own.size() - 1)))
                  .stream();
            })
        .max(Comparator.comparing(TimedStage::endedAt));
  }

  private static Optional<TimedStage> lastEnded(List<TimedStage> step) {
    return step.stream().max(Comparator.comparing(TimedStage::endedAt));
  }

  private List<String> after(String pipeline) {
    List<String> after = pipelines.get(pipeline).after();
    return after == null ? List.of() : after;
  }
}
