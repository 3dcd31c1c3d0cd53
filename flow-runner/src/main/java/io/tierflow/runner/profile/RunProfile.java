package io.tierflow.runner.profile;

import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where the time of a finished run went. Immutable.
 *
 * <p>The critical path is the chain of stages that determined the run's end: from the stage that
 * ended last back to whichever of its predecessors ended last, and so on. Its segments do not
 * overlap, and with the gaps between them and the {@link #tail} they add up to the total. Times
 * come from the clocks of several machines; where those disagree, a time is moved to the nearest
 * one that keeps the order.
 *
 * @param total from submission to end
 * @param ideal the longest path over run times alone: what the run would take if nothing ever
 *     waited
 * @param tail from the end of the last segment to the end of the run
 * @param stages every stage, in the order of the flow file
 * @param criticalPath in the order of time; empty if nothing was dispatched
 * @param bottleneckPipeline the pipeline that takes most of the critical path
 * @param bottleneck the stage of that pipeline that takes most of the critical path
 */
public record RunProfile(
    String runId,
    String flow,
    int version,
    String state,
    Duration total,
    Duration ideal,
    Duration tail,
    List<StageProfile> stages,
    List<Segment> criticalPath,
    Optional<String> bottleneckPipeline,
    Optional<StageProfile> bottleneck) {

  /** Copies the lists. */
  public RunProfile {
    stages = List.copyOf(stages);
    criticalPath = List.copyOf(criticalPath);
  }

  /**
   * The profile of a run.
   *
   * @throws IllegalArgumentException if the run has not ended
   */
  public static RunProfile of(RunView run) {
    if (run.submittedAt() == null || run.endedAt() == null) {
      throw new IllegalArgumentException(
          "run " + run.id() + ": expected a run that has ended, found state " + run.state());
    }
    RunGraph graph = new RunGraph(run);
    Instant end = TimedStage.latest(run.submittedAt(), run.endedAt());
    Duration total = Duration.between(run.submittedAt(), end);
    List<Segment> path = segments(run.submittedAt(), end, graph.criticalPath());
    Instant lastEnd = path.isEmpty() ? run.submittedAt() : path.get(path.size() - 1).to();
    Map<String, Segment> onPath = new HashMap<>();
    path.forEach(segment -> onPath.put(segment.pipeline() + "/" + segment.stage(), segment));

    List<StageProfile> stages = new ArrayList<>();
    for (PipelineView pipeline : run.pipelines()) {
      for (StageView view : pipeline.stages()) {
        StageProfile stage = stage(run, graph, pipeline, view);
        Segment segment = onPath.get(stage.path());
        stages.add(segment == null ? stage : stage.onCriticalPath(share(segment.length(), total)));
      }
    }
    Optional<String> slowest = slowestPipeline(path);
    return new RunProfile(
        run.id(),
        run.flow(),
        run.version(),
        run.state(),
        total,
        graph.longest(TimedStage::run),
        Duration.between(lastEnd, end),
        stages,
        path,
        slowest,
        slowest.flatMap(pipeline -> bottleneck(pipeline, stages)));
  }

  /**
   * The longest path through a run's stages when each takes what is declared, instead of what was
   * measured.
   *
   * @param declared the cost of a stage by its pipeline's name, a slash and its own name; zero for
   *     stages it does not have
   */
  public static Duration idealOf(RunView run, Map<String, Duration> declared) {
    Function<TimedStage, Duration> cost =
        stage -> declared.getOrDefault(stage.pipeline() + "/" + stage.view().name(), Duration.ZERO);
    return new RunGraph(run).longest(cost);
  }

  private static List<Segment> segments(Instant start, Instant end, List<TimedStage> path) {
    List<Segment> segments = new ArrayList<>();
    Instant before = start;
    for (TimedStage stage : path) {
      Instant from = clamp(stage.queuedAt(), before, end);
      Instant to = clamp(stage.endedAt(), from, end);
      segments.add(
          new Segment(
              stage.pipeline(), stage.view().name(), Duration.between(before, from), from, to));
      before = to;
    }
    return segments;
  }

  private static StageProfile stage(
      RunView run, RunGraph graph, PipelineView pipeline, StageView view) {
    Duration queue = Duration.ZERO;
    Duration worked = Duration.ZERO;
    Duration gap = Duration.ZERO;
    String worker = "";
    String resourceClass = view.resourceClass();
    if (TimedStage.isTimed(view)) {
      TimedStage timed = TimedStage.of(pipeline.name(), view);
      Instant ready = graph.predecessor(timed).map(TimedStage::endedAt).orElse(run.submittedAt());
      queue = timed.queue();
      worked = timed.run();
      gap = TimedStage.between(ready, timed.queuedAt());
      worker = timed.worker();
      resourceClass = timed.resourceClass();
    }
    return new StageProfile(
        pipeline.name(),
        view.name(),
        resourceClass,
        view.state(),
        worker,
        view.attempts() == null ? 0 : view.attempts().size(),
        queue,
        worked,
        gap,
        false,
        0,
        view.elements());
  }

  private static Optional<String> slowestPipeline(List<Segment> path) {
    Map<String, Duration> sums = new LinkedHashMap<>();
    path.forEach(segment -> sums.merge(segment.pipeline(), segment.length(), Duration::plus));
    return sums.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  private static Optional<StageProfile> bottleneck(String pipeline, List<StageProfile> stages) {
    return stages.stream()
        .filter(stage -> stage.critical() && stage.pipeline().equals(pipeline))
        .max(Comparator.comparingDouble(StageProfile::share));
  }

  private static double share(Duration part, Duration total) {
    return total.isZero() ? 0 : (double) part.toNanos() / total.toNanos();
  }

  private static Instant clamp(Instant time, Instant min, Instant max) {
    if (time.isBefore(min)) {
      return min;
    }
    return time.isAfter(max) ? max : time;
  }
}
