package io.tierflow.flow;

import io.tierflow.flow.builder.FlowBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A definition: pipelines of stages, each stage bound to a resource class. Immutable, and valid
 * once it came from the builder or the reader.
 *
 * @param name how users refer to it
 * @param deadline how long a whole run may take before it is flagged RUN_OVERDUE
 * @param autoDeadline whether the deadline is worked out from how long its runs took before; {@code
 *     deadline} is empty then
 * @param schedule when it runs by itself
 * @param priority that of its runs where they do not say
 * @param pipelines at least one, in the order of the flow file
 */
public record Flow(
    String name,
    Optional<Duration> deadline,
    boolean autoDeadline,
    Optional<Schedule> schedule,
    Priority priority,
    List<Pipeline> pipelines) {

  /** Copies the list. */
  public Flow {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(deadline, "deadline");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(priority, "priority");
    pipelines = List.copyOf(pipelines);
  }

  /** A flow of normal priority whose deadline, if it has one, is a fixed one. */
  public Flow(
      String name,
      Optional<Duration> deadline,
      Optional<Schedule> schedule,
      List<Pipeline> pipelines) {
    this(name, deadline, false, schedule, Priority.NORMAL, pipelines);
  }

  /** Begins to say a flow of this name in Java. */
  public static FlowBuilder named(String name) {
    return FlowBuilder.named(name);
  }

  /** The pipeline of that name. */
  public Optional<Pipeline> pipeline(String pipelineName) {
    return pipelines.stream().filter(p -> p.name().equals(pipelineName)).findFirst();
  }

  /** The pipelines that no other waits for: their outputs are the run's output. */
  public List<Pipeline> lastPipelines() {
    return pipelines.stream()
        .filter(p -> pipelines.stream().noneMatch(other -> other.after().contains(p.name())))
        .toList();
  }
}
