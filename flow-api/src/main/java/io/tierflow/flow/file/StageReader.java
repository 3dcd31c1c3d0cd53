package io.tierflow.flow.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.flow.Condition;
import io.tierflow.flow.ForEach;
import io.tierflow.flow.Launcher;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.Stage;
import io.tierflow.flow.file.Node.MapNode;
import io.tierflow.flow.file.Node.ScalarNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads one stage. */
final class StageReader {

  /** More elements out at once than this are a mistake. */
  static final int MAX_CONCURRENCY = 100_000;

  static final String MEMORY = "memory";

  private static final List<String> KEYS =
      List.of(
          "stage",
          "handler",
          "with",
          "class",
          SettingsReader.LAUNCHER,
          "timeout",
          "retry",
          SettingsReader.ON_OUT_OF_MEMORY,
          SettingsReader.RATE,
          MEMORY,
          "for-each",
          "when");
  private static final List<String> KEYS_OR_PARALLEL =
      Stream.concat(KEYS.stream(), Stream.of("parallel")).toList();
  private static final List<String> FOR_EACH_KEYS = List.of("concurrency", "fail-fast");
  private static final String UNREADABLE = "unreadable";

  private final Problems problems;
  private final Catalog catalog;
  private final SettingsReader settingsReader;

  StageReader(Problems problems, Catalog catalog) {
    this.problems = problems;
    this.catalog = catalog;
    this.settingsReader = new SettingsReader(problems, catalog);
  }

  /** The stage with whatever could be read of it; nothing when it is no object. */
  Optional<Stage> read(Node node, String path, Settings outer) {
    return Fields.of(node, path, problems, KEYS, KEYS_OR_PARALLEL)
        .map(fields -> stage(fields, outer));
  }

  private Stage stage(Fields fields, Settings outer) {
    Settings settings = settingsReader.read(fields, outer);
    if (settings.resourceClass().isEmpty()) {
      problems.add(
          fields.place(),
          fields.path("class"),
          "no class",
          "a resource class here, on the pipeline or on the flow"
              + catalog.classes().map(names -> ": one of " + Catalog.list(names)).orElse(""));
    }
    return new Stage(
        fields.name("stage").orElse(UNREADABLE),
        handler(fields, settings),
        with(fields),
        settings.resourceClass().orElse(Settings.UNREADABLE),
        settings.launcher(),
        settings.timeouts(),
        settings.retry(),
        onOutOfMemory(fields, settings),
        fields.size(MEMORY).orElse(0),
        settings.rate(),
        fields.get("for-each").flatMap(node -> forEach(node, fields.path("for-each"))),
        when(fields));
  }

  // What is said for all stages is meant for those whose class is among it.
  private static List<ResourceClass> onOutOfMemory(Fields fields, Settings settings) {
    boolean own = fields.get(SettingsReader.ON_OUT_OF_MEMORY).isPresent();
    return own || settings.resourceClass().filter(settings.onOutOfMemory()::contains).isPresent()
        ? settings.onOutOfMemory()
        : List.of();
  }

  private String handler(Fields fields, Settings settings) {
    Launcher launcher = settings.launcher();
    Optional<Set<String>> there =
        catalog.handlersOn(
            settings
                .resourceClass()
                .filter(each -> !each.equals(Settings.UNREADABLE))
                .map(each -> launcher.lane(each.name())));
    String expected =
        there.map(names -> "one of " + Catalog.list(names)).orElse("the name of a handler");
    Optional<Node> node = fields.required("handler", expected);
    Optional<String> name = node.flatMap(value -> fields.text(value, "handler", expected));
    if (name.isEmpty()) {
      return UNREADABLE;
    }
    Set<String> known = there.orElse(Set.of(name.get()));
    if (!launcher.takes(name.get())) {
      problems.add(
          node.get(),
          fields.path("handler"),
          Launcher.SSH_HANDLER + ", the only handler that the launcher " + launcher + " has");
    } else if (!known.contains(name.get())) {
      problems.add(
          node.get(), fields.path("handler"), expected + hint(name.get(), known, launcher));
    }
    return name.get();
  }

  /** That other classes have the handler says more than which name it resembles. */
  private String hint(String handler, Set<String> known, Launcher launcher) {
    Set<String> others = catalog.lanesWith(handler);
    String by = launcher == Launcher.KAFKA ? "" : " by launcher " + launcher;
    return others.isEmpty()
        ? Nearest.suggestion(handler, known) + by
        : " on this class" + by + " (" + handler + " is on " + Catalog.list(others) + ")";
  }

  private JsonNode with(Fields fields) {
    Node node = fields.get("with").orElse(null);
    if (node instanceof MapNode map) {
      return map.toJson();
    }
    if (node != null) {
      problems.add(node, fields.path("with"), "an object: the handler's configuration");
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private Optional<ForEach> forEach(Node node, String path) {
    if (node instanceof ScalarNode scalar && scalar.value().isBoolean()) {
      return scalar.value().asBoolean() ? Optional.of(ForEach.DEFAULT) : Optional.empty();
    }
    if (!(node instanceof MapNode)) {
      problems.add(node, path, "true, or an object with concurrency and fail-fast");
      return Optional.empty();
    }
    return Fields.of(node, path, problems, FOR_EACH_KEYS)
        .map(
            fields ->
                new ForEach(
                    fields
                        .whole("concurrency", 1, MAX_CONCURRENCY)
                        .orElse(ForEach.DEFAULT.concurrency()),
                    fields.bool("fail-fast").orElse(ForEach.DEFAULT.failFast())));
  }

  private Optional<String> when(Fields fields) {
    String expected = "a JMESPath expression on the stage's input";
    Optional<Node> node = fields.get("when");
    Optional<String> text = node.flatMap(value -> fields.text(value, "when", expected));
    try {
      text.ifPresent(Condition::parse);
    } catch (IllegalArgumentException e) {
      problems.add(node.get(), fields.path("when"), expected + ": " + e.getMessage());
    }
    return text;
  }
}
