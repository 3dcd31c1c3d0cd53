package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes of a run that has ended another one that begins where something is to be done again. The
 * earlier run never changes. Pure.
 */
public final class Replays {

  private final Plan plan;
  private final RunEntries entries;

  private Replays(Plan plan, RunEntries entries) {
    this.plan = plan;
    this.entries = entries;
  }

  /**
   * What is to be done again, and how.
   *
   * @param stages from where, as {@code pipeline/stage}, or the stage's name where one pipeline has
   *     it; none means every stage that failed
   * @param input what those stages take instead; empty for what they took
   * @param resourceClass where they are sent instead; empty for their flow's class
   */
  public record Request(
      List<String> stages, Optional<Content> input, Optional<String> resourceClass) {

    /** Copies the stages. */
    public Request {
      stages = List.copyOf(stages);
    }
  }

  /**
   * The input that submits the replay. Outputs are reused of every stage that succeeded and does
   * not come after one that is done again, and of the elements that had succeeded of a for-each
   * that did not, where it takes the same list.
   *
   * @param entries the earlier run's, at rest
   * @throws RefusedException if the run has not ended, or nothing of it failed and no stage is
   *     named
   * @throws IllegalArgumentException if the flow has no such stage, or an input is given for
   *     several
   */
  public static Input.Submit of(String runId, Plan plan, RunEntries entries, Request request) {
    return new Replays(plan, entries).of(runId, request);
  }

  /**
   * The stages that names mean, or all that failed if there are none: as {@code pipeline/stage},
   * sorted, so that two ways to say the same are the same.
   *
   * @throws IllegalArgumentException if the flow has no such stage
   */
  public static List<String> stages(Plan plan, RunEntries entries, List<String> names) {
    return new Replays(plan, entries)
        .again(names).stream().map(TaskKey::toString).sorted().toList();
  }

  /**
   * The stages that come after those, and are done again as well: as {@code pipeline/stage}, in the
   * flow's order.
   *
   * @throws IllegalArgumentException if the flow has no such stage
   */
  public static List<String> following(Plan plan, RunEntries entries, List<String> names) {
    Replays replays = new Replays(plan, entries);
    Set<TaskKey> again = replays.again(names);
    Set<TaskKey> after = replays.allAfter(again);
    return replays
        .stages()
        .filter(task -> after.contains(task) && !again.contains(task))
        .map(TaskKey::toString)
        .toList();
  }

  private Set<TaskKey> again(List<String> names) {
    return names.isEmpty() ? failed() : named(names);
  }

  private Input.Submit of(String runId, Request request) {
    RunRecord run = entries.get(EntryKey.RUN).map(RunRecord.class::cast).orElseThrow();
    if (!run.state().isTerminal()) {
      throw new RefusedException(
          "run " + runId + ": found " + run.state() + ", expected a run that has ended");
    }
    Set<TaskKey> again = again(request.stages());
    if (again.isEmpty() && run.state() == RunState.SUCCEEDED) {
      throw new RefusedException(
          "run " + runId + ": nothing of it failed; expected a stage to be run again");
    }
    if (request.input().isPresent() && again.size() != 1) {
      throw new IllegalArgumentException(
          "an input was given for " + again.size() + " stages " + again + ", expected one stage");
    }
    return new Input.Submit(
        run.labels(),
        entries.get(EntryKey.INPUT).map(Content.class::cast).orElseThrow(),
        Optional.of(
            new Replay(
                runId,
                reused(withAllAfter(again)),
                request.input().map(input -> forEach(again, input)).orElse(Map.of()),
                request.resourceClass().map(tier -> forEach(again, tier)).orElse(Map.of()),
                Set.of(),
                elements(request.input().isPresent() ? withAllAfter(again) : allAfter(again)))));
  }

  private static <T> Map<TaskKey, T> forEach(Set<TaskKey> tasks, T value) {
    Map<TaskKey, T> all = new HashMap<>();
    tasks.forEach(task -> all.put(task, value));
    return all;
  }

  private Set<TaskKey> named(List<String> names) {
    Set<TaskKey> named = new LinkedHashSet<>();
    for (String name : names) {
      List<TaskKey> found =
          stages()
              .filter(task -> task.toString().equals(name) || task.stage().equals(name))
              .toList();
      if (found.size() != 1) {
        throw new IllegalArgumentException(
            "stage '"
                + name
                + "': found "
                + (found.isEmpty() ? "none of that name" : found)
                + " in flow "
                + plan.flow().name()
                + " version "
                + plan.version()
                + ", expected one of "
                + stages().toList());
      }
      named.addAll(found);
    }
    return named;
  }

  private Set<TaskKey> failed() {
    return stages()
        .filter(task -> state(task) == StageState.FAILED)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private Stream<TaskKey> stages() {
    return plan.flow().pipelines().stream()
        .flatMap(
            pipeline -> pipeline.stages().map(stage -> TaskKey.of(pipeline.name(), stage.name())));
  }

  private Set<TaskKey> withAllAfter(Set<TaskKey> again) {
    Set<TaskKey> all = allAfter(again);
    all.addAll(again);
    return all;
  }

  private Set<TaskKey> allAfter(Set<TaskKey> again) {
    Set<TaskKey> all = new HashSet<>();
    for (TaskKey task : again) {
      Pipeline pipeline = plan.pipeline(task.pipeline());
      addSteps(pipeline, plan.step(task) + 1, all);
      plan.dependents(pipeline.name()).forEach(next -> addPipeline(next, all));
    }
    return all;
  }

  private void addPipeline(Pipeline pipeline, Set<TaskKey> all) {
    addSteps(pipeline, 0, all);
    plan.dependents(pipeline.name()).forEach(next -> addPipeline(next, all));
  }

  private static void addSteps(Pipeline pipeline, int from, Set<TaskKey> all) {
    List<Step> steps = pipeline.steps();
    steps.subList(from, steps.size()).stream()
        .flatMap(step -> step.stages().stream())
        .forEach(stage -> all.add(TaskKey.of(pipeline.name(), stage.name())));
  }

  // A skipped stage is not reused: its condition is looked at again, on the same input.
  private Map<TaskKey, Content> reused(Set<TaskKey> notThese) {
    RunData data = new RunData(plan, entries);
    Map<TaskKey, Content> reused = new HashMap<>();
    stages()
        .filter(task -> state(task) == StageState.SUCCEEDED && !notThese.contains(task))
        .forEach(task -> reused.put(task, data.output(task).orElseThrow()));
    return reused;
  }

  // A for-each that takes the same list again need not do again what it had done.
  private Map<TaskKey, Content> elements(Set<TaskKey> notThese) {
    RunData data = new RunData(plan, entries);
    Map<TaskKey, Content> elements = new HashMap<>();
    stages()
        .filter(task -> plan.stage(task).forEach().isPresent() && !notThese.contains(task))
        .filter(task -> state(task) == StageState.FAILED || state(task) == StageState.CANCELLED)
        .forEach(
            task ->
                ReusedElements.of(entries, data, task)
                    .or(() -> broughtAlong(task))
                    .ifPresent(outputs -> elements.put(task, outputs)));
    return elements;
  }

  // What this run, a replay itself, has of an earlier one, where it ended before it came to it.
  private Optional<Content> broughtAlong(TaskKey task) {
    return entries.get(EntryKey.of(task)).map(entry -> ((StageRecord) entry).elements());
  }

  private StageState state(TaskKey task) {
    return entries
        .get(EntryKey.of(task))
        .map(entry -> ((StageRecord) entry).state())
        .orElse(StageState.WAITING);
  }

  /** A replay that cannot be: says what was found and what was expected. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }
}
