package io.tierflow.flow.builder;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Priority;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.flow.file.InvalidFlowException;
import io.tierflow.flow.file.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Says a flow in Java, with the same checks as the flow file. Begin with {@link Flow#named}. Not
 * thread-safe.
 *
 * <pre>{@code
 * Flow flow =
 *     Flow.named("weather")
 *         .deadline(Duration.ofMinutes(10))
 *         .on("small")
 *         .pipeline("source", p -> p
 *             .stage("fetch").handler("http-get").with("url", "http://…")
 *             .then().stage("store").handler("file-store").with("path", "raw.json"))
 *         .pipeline("report", p -> p.after("source")
 *             .stage("model").handler("fit-model").on("large").attempts(4)
 *             .then().parallel(side -> side
 *                 .stage("send").handler("http-post").with("url", "http://…")
 *                 .and().stage("keep").handler("file-store").with("path", "report.json")))
 *         .build();
 * }</pre>
 */
public final class FlowBuilder extends SettingsBuilder<FlowBuilder> {

  private final String source;
  private final List<Problem> repeated = new ArrayList<>();

  private FlowBuilder(String name) {
    this.source = "Flow.named(\"" + name + "\")";
    json().put("flow", name);
    json().putObject("pipelines");
  }

  /** Begins a flow of this name. */
  public static FlowBuilder named(String name) {
    return new FlowBuilder(name);
  }

  /** Flags runs that take longer than this. */
  public FlowBuilder deadline(Duration limit) {
    json().put("deadline", text(limit));
    return this;
  }

  /** Flags runs that take much longer than those before; {@code deadline: auto}. */
  public FlowBuilder autoDeadline() {
    json().put("deadline", "auto");
    return this;
  }

  /** The priority of its runs where they do not say; normal by default. */
  public FlowBuilder priority(Priority priority) {
    json().put("priority", priority.word());
    return this;
  }

  /** Runs it by itself, at all multiples of an interval. */
  public FlowBuilder every(Duration interval) {
    json().put("every", text(interval));
    return this;
  }

  /** The same, with {@code says} telling how that schedule is kept. */
  public FlowBuilder every(Duration interval, Consumer<ScheduleBuilder> says) {
    return every(interval).schedule(says);
  }

  /** Runs it by itself, by a cron expression of five fields in UTC. */
  public FlowBuilder cron(String expression) {
    json().put("cron", expression);
    return this;
  }

  /** The same, with {@code says} telling the zone, and how that schedule is kept. */
  public FlowBuilder cron(String expression, Consumer<ScheduleBuilder> says) {
    return cron(expression).schedule(says);
  }

  private FlowBuilder schedule(Consumer<ScheduleBuilder> says) {
    ScheduleBuilder schedule = new ScheduleBuilder();
    says.accept(schedule);
    json().set("schedule", schedule.json());
    return this;
  }

  /** Adds a pipeline; {@code says} tells what it waits for and its stages. */
  public FlowBuilder pipeline(String name, Consumer<PipelineBuilder> says) {
    PipelineBuilder pipeline = new PipelineBuilder();
    says.accept(pipeline);
    ObjectNode pipelines = json().withObject("/pipelines");
    if (pipelines.has(name)) {
      repeated.add(
          Problem.of(source, "pipelines." + name, "the key '" + name + "' again", "each key once"));
    } else {
      pipelines.set(name, pipeline.json());
    }
    return this;
  }

  /**
   * The flow, its classes and handlers unchecked.
   *
   * @throws InvalidFlowException with every problem, each with its path instead of a line
   */
  public Flow build() throws InvalidFlowException {
    return build(Catalog.UNCHECKED);
  }

  /**
   * The flow.
   *
   * @param catalog the classes and handlers it may name
   * @throws InvalidFlowException with every problem, each with its path instead of a line
   */
  public Flow build(Catalog catalog) throws InvalidFlowException {
    List<Problem> problems = new ArrayList<>(repeated);
    try {
      Flow flow = FlowReader.read(source, json(), catalog);
      if (problems.isEmpty()) {
        return flow;
      }
    } catch (InvalidFlowException e) {
      problems.addAll(e.problems());
    }
    throw new InvalidFlowException(problems);
  }

  @Override
  FlowBuilder self() {
    return this;
  }
}
