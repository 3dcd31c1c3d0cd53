package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a run of one task of which nothing is left but the task itself: what its run had come to is
 * no longer known. The run begins at that stage with the task's input. What follows is run as well
 * as long as its input comes from there alone; all else is left out. Pure.
 */
public final class DetachedReplays {

  private final Plan plan;
  private final TaskKey task;
  private final Set<TaskKey> run = new HashSet<>();
  private final Set<String> whole = new HashSet<>(); // pipelines that end as they would have

  private DetachedReplays(Plan plan, TaskKey task) {
    this.plan = plan;
    this.task = task;
  }

  /**
   * A run to submit.
   *
   * @param follows the stages that are run after the task's own, as {@code pipeline/stage}
   */
  public record Detached(Input.Submit submit, List<String> follows) {

    /** Copies the stages. */
    public Detached {
      follows = List.copyOf(follows);
    }
  }

  /**
   * The run that repeats a task.
   *
   * @param runId the run that the task was of
   * @param plan the version that it followed
   * @param input what the stage takes; of an element of a for-each, a list of that element alone
   * @param resourceClass where it is sent; empty for its flow's class
   * @throws IllegalArgumentException if the version has no such stage
   */
  public static Detached of(
      String runId, Plan plan, TaskKey task, Content input, Optional<String> resourceClass) {
    if (plan.find(task).isEmpty()) {
      throw new IllegalArgumentException(
          "flow "
              + plan.flow().name()
              + " version "
              + plan.version()
              + " has no stage "
              + task.whole());
    }
    DetachedReplays replay = new DetachedReplays(plan, task.whole());
    return replay.of(runId, task.isElement(), input, resourceClass);
  }

  private Detached of(
      String runId, boolean element, Content input, Optional<String> resourceClass) {
    run.add(task);
    if (!element) {
      addWhatFollows();
    }
    List<String> follows = new ArrayList<>();
    Set<TaskKey> leftOut = new HashSet<>();
    for (Pipeline pipeline : plan.flow().pipelines()) {
      pipeline
          .stages()
          .map(stage -> TaskKey.of(pipeline.name(), stage.name()))
          .filter(stage -> !stage.equals(task))
          .forEach(
              stage -> {
                if (run.contains(stage)) {
                  follows.add(stage.toString());
                } else {
                  leftOut.add(stage);
                }
              });
    }
    Replay replay =
        new Replay(
            runId,
            Map.of(),
            Map.of(task, input),
            resourceClass.map(tier -> Map.of(task, tier)).orElse(Map.of()),
            leftOut);
    return new Detached(
        new Input.Submit(Map.of(), Content.json("null"), Optional.of(replay)), follows);
  }

  // One side of a parallel block says nothing of the others, whose outputs the next step takes too.
  private void addWhatFollows() {
    Pipeline pipeline = plan.pipeline(task.pipeline());
    List<Step> steps = pipeline.steps();
    int step = plan.step(task);
    if (steps.get(step).stages().size() > 1) {
      return;
    }
    add(pipeline, step + 1);
    boolean more = true;
    while (more) {
      more = false;
      for (Pipeline next : plan.flow().pipelines()) {
        if (!next.after().isEmpty()
            && whole.containsAll(next.after())
            && !whole.contains(next.name())) {
          add(next, 0);
          more = true;
        }
      }
    }
  }

  private void add(Pipeline pipeline, int fromStep) {
    whole.add(pipeline.name());
    pipeline.steps().stream()
        .skip(fromStep)
        .flatMap(step -> step.stages().stream())
        .forEach(stage -> run.add(TaskKey.of(pipeline.name(), stage.name())));
  }
}
