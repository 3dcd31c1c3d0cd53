package io.tierflow.machine;

import io.tierflow.flow.Condition;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One version of a flow with everything looked up that decisions need. Immutable, thread-safe. */
public final class Plan {

  private final Flow flow;
  private final int version;
  private final Map<TaskKey, Place> places = new HashMap<>();
  private final Map<String, Pipeline> pipelines = new HashMap<>();
  private final Map<String, List<Pipeline>> dependents = new HashMap<>();

  private record Place(Stage stage, int step, Optional<Condition> when, String config) {}

  private Plan(Flow flow, int version) {
    this.flow = flow;
    this.version = version;
    for (Pipeline pipeline : flow.pipelines()) {
      pipelines.put(pipeline.name(), pipeline);
      List<Step> steps = pipeline.steps();
      for (int i = 0; i < steps.size(); i++) {
        for (Stage stage : steps.get(i).stages()) {
          places.put(
              TaskKey.of(pipeline.name(), stage.name()),
              new Place(stage, i, stage.when().map(Condition::parse), stage.with().toString()));
        }
      }
      for (String before : pipeline.after()) {
        dependents.computeIfAbsent(before, name -> new ArrayList<>()).add(pipeline);
      }
    }
  }

  /** Looks a valid flow's structure up once. */
  public static Plan of(Flow flow, int version) {
    return new Plan(flow, version);
  }

  /** The flow itself. */
  public Flow flow() {
    return flow;
  }

  /** Which version of it. */
  public int version() {
    return version;
  }

  /** A stage's {@code with} as JSON text. */
  public String config(TaskKey task) {
    return places.get(task.whole()).config();
  }

  /** Whether a stage climbs to one class after the other. */
  public boolean isLarger(TaskKey task, String resourceClass, String than) {
    return stage(task).isLarger(resourceClass, than);
  }

  Optional<Stage> find(TaskKey task) {
    return Optional.ofNullable(places.get(task.whole())).map(Place::stage);
  }

  /** The stage of a task; it is one of this flow. */
  public Stage stage(TaskKey task) {
    return places.get(task.whole()).stage();
  }

  int step(TaskKey task) {
    return places.get(task.whole()).step();
  }

  Optional<Condition> when(TaskKey task) {
    return places.get(task.whole()).when();
  }

  Pipeline pipeline(String name) {
    return pipelines.get(name);
  }

  List<Pipeline> dependents(String name) {
    return dependents.getOrDefault(name, List.of());
  }
}
