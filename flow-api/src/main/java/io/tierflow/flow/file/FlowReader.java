package io.tierflow.flow.file;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Priority;
import io.tierflow.flow.Schedule;
import io.tierflow.flow.file.Node.Entry;
import io.tierflow.flow.file.Node.MapNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads flow files: YAML, or the same as JSON. Everything that is wrong is told at once. Stateless
 * and thread-safe.
 */
public final class FlowReader {

  /** More pipelines than this are a mistake. */
  static final int MAX_PIPELINES = 1000;

  private static final List<String> KEYS =
      List.of(
          "flow",
          "deadline",
          "every",
          "cron",
          "schedule",
          "priority",
          "class",
          SettingsReader.LAUNCHER,
          "retry",
          "timeout",
          SettingsReader.ON_OUT_OF_MEMORY,
          SettingsReader.RATE,
          "pipelines");

  private final Problems problems;
  private final Catalog catalog;

  private FlowReader(Problems problems, Catalog catalog) {
    this.problems = problems;
    this.catalog = catalog;
  }

  /**
   * Reads a flow from text.
   *
   * @param source the file's name, for messages
   * @param text YAML or JSON, at most a million characters
   * @param catalog the classes and handlers it may name
   * @throws InvalidFlowException with every problem and its place
   */
  public static Flow read(String source, String text, Catalog catalog) throws InvalidFlowException {
    Problems problems = new Problems(source);
    Optional<Node> document = Optional.empty();
    try {
      document = parse(text, problems);
    } catch (Limits.ExceededException e) {
      e.addTo(problems);
    }
    return read(document, problems, catalog);
  }

  /**
   * Reads a flow from a tree of JSON in the flow file's structure; problems have a path, but no
   * line.
   *
   * @param source where it came from, for messages
   * @param definition the flow file as JSON
   * @param catalog the classes and handlers it may name
   * @throws InvalidFlowException with every problem
   */
  public static Flow read(String source, JsonNode definition, Catalog catalog)
      throws InvalidFlowException {
    Problems problems = new Problems(source);
    Optional<Node> document = Optional.empty();
    try {
      document = Optional.of(JsonSource.read(definition, problems));
    } catch (Limits.ExceededException e) {
      e.addTo(problems);
    }
    return read(document, problems, catalog);
  }

  /** The name that a flow file gives, also where other things are wrong; empty if it has none. */
  public static Optional<String> nameIn(String text) {
    try {
      return parse(text, new Problems("flow"))
          .flatMap(document -> Fields.of(document, "", new Problems("flow"), KEYS))
          .flatMap(fields -> fields.name("flow"));
    } catch (Limits.ExceededException e) {
      return Optional.empty(); // far from being a flow
    }
  }

  private static Optional<Node> parse(String text, Problems problems) {
    if (text.length() > Limits.TEXT) {
      throw new Limits.ExceededException(
          new Place(1, 1), text.length() + " characters", "at most " + Limits.TEXT + " characters");
    }
    Optional<Node> json =
        text.stripLeading().startsWith("{") ? JsonSource.read(text, problems) : Optional.empty();
    return json.isPresent() ? json : YamlSource.read(text, problems);
  }

  private static Flow read(Optional<Node> document, Problems problems, Catalog catalog) {
    Optional<Flow> flow = document.flatMap(new FlowReader(problems, catalog)::flow);
    if (!problems.isEmpty()) {
      throw problems.toException();
    }
    return flow.orElseThrow();
  }

  private Optional<Flow> flow(Node document) {
    return Fields.of(document, "", problems, KEYS).map(this::flow);
  }

  private Flow flow(Fields fields) {
    String name = fields.name("flow").orElse("unreadable");
    Optional<Duration> deadline = fields.limit("deadline");
    Settings settings = new SettingsReader(problems, catalog).read(fields, Settings.NONE);
    Optional<Schedule> schedule = new ScheduleReader(problems).read(fields);
    return new Flow(
        name,
        deadline,
        fields.isAuto("deadline"),
        schedule,
        priority(fields),
        pipelines(fields, settings));
  }

  private static Priority priority(Fields fields) {
    return fields.word("priority", Priority.words()).flatMap(Priority::of).orElse(Priority.NORMAL);
  }

  private List<Pipeline> pipelines(Fields fields, Settings settings) {
    String expected = "an object from pipeline names to pipelines, at least one";
    Node node = fields.required("pipelines", expected).orElse(null);
    if (node == null) {
      return List.of();
    }
    String path = fields.path("pipelines");
    if (!(node instanceof MapNode map) || map.entries().isEmpty()) {
      problems.add(node, path, expected);
      return List.of();
    }
    if (map.entries().size() > MAX_PIPELINES) {
      problems.add(
          node.place(),
          path,
          map.entries().size() + " pipelines",
          "at most " + MAX_PIPELINES + " pipelines");
      return List.of();
    }
    List<Pipeline> pipelines = new ArrayList<>();
    for (Entry entry : map.entries()) {
      String entryPath = Paths.key(path, entry.key());
      if (!Fields.NAME.matcher(entry.key()).matches()) {
        problems.add(
            entry.place(), entryPath, "the name '" + entry.key() + "'", Fields.NAME_EXPECTED);
      }
      PipelineReader reader = new PipelineReader(problems, catalog);
      pipelines.add(reader.read(entry.key(), entry.value(), entryPath, settings));
    }
    AfterReader.check(map, path, problems);
    return pipelines;
  }
}
