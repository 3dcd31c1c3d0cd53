package io.tierflow.flow.file;

import io.tierflow.flow.Parallel;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import io.tierflow.flow.file.Node.MapNode;
import io.tierflow.flow.file.Node.ScalarNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one pipeline: its steps, and that no stage name stands in it twice. */
final class PipelineReader {

  private static final List<String> KEYS =
      List.of(
          "after",
          "stages",
          "class",
          SettingsReader.LAUNCHER,
          "retry",
          "timeout",
          SettingsReader.ON_OUT_OF_MEMORY,
          SettingsReader.RATE);
  private static final List<String> PARALLEL_KEYS = List.of("parallel");

  private final Problems problems;
  private final SettingsReader settingsReader;
  private final StageReader stageReader;
  private final Set<String> stageNames = new HashSet<>();

  PipelineReader(Problems problems, Catalog catalog) {
    this.problems = problems;
    this.settingsReader = new SettingsReader(problems, catalog);
    this.stageReader = new StageReader(problems, catalog);
  }

  /** The pipeline with whatever could be read of it; {@code after} is checked elsewhere. */
  Pipeline read(String name, Node node, String path, Settings outer) {
    Optional<Fields> fields = Fields.of(node, path, problems, KEYS);
    if (fields.isEmpty()) {
      return new Pipeline(name, List.of(), List.of());
    }
    Settings settings = settingsReader.read(fields.get(), outer);
    return new Pipeline(name, after(fields.get()), steps(fields.get(), settings));
  }

  private static List<String> after(Fields fields) {
    return fields.list("after", "a list of pipelines").stream()
        .filter(ScalarNode.class::isInstance)
        .map(item -> ((ScalarNode) item).value().asText())
        .toList();
  }

  private List<Step> steps(Fields fields, Settings settings) {
    List<Step> steps = new ArrayList<>();
    int index = 0;
    for (Node item : fields.nonEmptyList("stages", "a list of at least one stage")) {
      String path = Paths.index(fields.path("stages"), index);
      if (isParallel(item)) {
        steps.add(parallel(item, path, settings));
      } else {
        stage(item, path, settings).ifPresent(steps::add);
      }
      index++;
    }
    return steps;
  }

  private Parallel parallel(Node node, String path, Settings settings) {
    List<Stage> stages = new ArrayList<>();
    Fields fields = Fields.of(node, path, problems, PARALLEL_KEYS).orElseThrow();
    int index = 0;
    for (Node item : fields.nonEmptyList("parallel", "a list of at least one stage")) {
      String itemPath = Paths.index(fields.path("parallel"), index);
      if (isParallel(item)) {
        problems.add(item.place(), itemPath, "a parallel block in a parallel block", "a stage");
      } else {
        stage(item, itemPath, settings).ifPresent(stages::add);
      }
      index++;
    }
    return new Parallel(stages);
  }

  private Optional<Stage> stage(Node node, String path, Settings settings) {
    Optional<Stage> stage = stageReader.read(node, path, settings);
    Optional<Node> name = key(node, "stage");
    if (stage.isPresent()
        && name.isPresent()
        && Fields.NAME.matcher(stage.get().name()).matches()
        && name.get().toJson().asText().equals(stage.get().name())
        && !stageNames.add(stage.get().name())) {
      problems.add(
          name.get().place(),
          Paths.key(path, "stage"),
          "'" + stage.get().name() + "' again",
          "a name that no other stage of the pipeline has");
    }
    return stage;
  }

  private static boolean isParallel(Node node) {
    return key(node, "parallel").isPresent() && key(node, "stage").isEmpty();
  }

  private static Optional<Node> key(Node node, String key) {
    return node instanceof MapNode map
        ? map.entries().stream()
            .filter(entry -> entry.key().equals(key))
            .map(Node.Entry::value)
            .findFirst()
        : Optional.empty();
  }
}
