package io.tierflow.flow.file;

import io.tierflow.flow.file.Node.Entry;
import io.tierflow.flow.file.Node.ListNode;
import io.tierflow.flow.file.Node.MapNode;
import io.tierflow.flow.file.Node.ScalarNode;
import io.tierflow.flow.file.PoolFile.ServedClass;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Reads pool files: YAML, or the same as JSON. Everything that is wrong is told at once. Stateless
 * and thread-safe.
 */
public final class PoolFileReader {

  private static final Pattern CLASS_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,60}");
  private static final Pattern SIZE = Pattern.compile("[0-9]{1,9}([kmgtKMGT]([iI]?[bB])?)?");
  private static final int MAX_SLOTS = 200;
  private static final String CLASSES =
      "an object from class names to slots, at least one, such as {small: 7, large: 1}";

  private static final List<String> TEXTS =
      List.of(
          "pool-name",
          "bootstrap",
          "topic-prefix",
          "handlers",
          "resilience",
          "kafka-config",
          "metrics-host");
  private static final List<String> DURATIONS = List.of("lease", "grace");
  private static final List<String> SIZES = List.of("slot-memory", "pool-memory", "slot-folder");
  private static final Map<String, List<String>> WORDS =
      Map.of(
          "fetch-mode", List.of("single", "batch", "auto"),
          "isolation", List.of("thread", "process"));
  private static final Map<String, Integer> WHOLES =
      Map.of(
          "slots",
          MAX_SLOTS,
          "tasks-per-process",
          1_000_000,
          "max-output-bytes",
          Integer.MAX_VALUE,
          "metrics-port",
          65_535);

  private static final List<String> KEYS =
      List.of(
          "pool-name",
          "classes",
          "slots",
          "slot-memory",
          "pool-memory",
          "slot-cpus",
          "slot-folder",
          "isolation",
          "tasks-per-process",
          "env",
          "fetch-mode",
          "lease",
          "grace",
          "handlers",
          "resilience",
          "max-output-bytes",
          "labels",
          "bootstrap",
          "topic-prefix",
          "kafka-config",
          "kafka",
          "metrics-host",
          "metrics-port");

  private final Problems problems;
  private final Map<String, String> settings = new LinkedHashMap<>();

  private PoolFileReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * Reads a pool file.
   *
   * @param source the file's name, for messages
   * @param text YAML or JSON, at most a million characters
   * @throws IllegalArgumentException with every problem and its place, a line for each
   */
  public static PoolFile read(String source, String text) {
    Problems problems = new Problems(source);
    Optional<PoolFile> pool = Optional.empty();
    try {
      pool =
          YamlSource.read(text, problems, "a pool: an object with classes")
              .flatMap(document -> Fields.of(document, "", problems, KEYS))
              .map(new PoolFileReader(problems)::pool);
    } catch (Limits.ExceededException e) {
      e.addTo(problems);
    }
    if (!problems.isEmpty()) {
      InvalidFlowException all = problems.toException();
      throw new IllegalArgumentException(all.getMessage(), all);
    }
    return pool.orElseThrow();
  }

  private PoolFile pool(Fields fields) {
    TEXTS.forEach(
        key ->
            fields
                .get(key)
                .flatMap(node -> fields.text(node, key, "a text"))
                .ifPresent(text -> settings.put(key, text)));
    DURATIONS.forEach(
        key ->
            fields
                .duration(key, key.equals("grace"))
                .ifPresent(it -> settings.put(key, DurationText.format(it))));
    SIZES.forEach(key -> size(fields, key).ifPresent(text -> settings.put(key, text)));
    WORDS.forEach((key, words) -> word(fields, key, words));
    WHOLES.forEach(
        (key, most) ->
            fields
                .whole(key, key.equals("metrics-port") ? 0 : 1, most)
                .ifPresent(it -> settings.put(key, it.toString())));
    cpus(fields).ifPresent(cpus -> settings.put("slot-cpus", cpus.toString()));
    return new PoolFile(
        classes(fields),
        settings,
        variables(fields),
        texts(fields, "labels"),
        texts(fields, "kafka"));
  }

  private List<ServedClass> classes(Fields fields) {
    Node node = fields.required("classes", CLASSES).orElse(null);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof MapNode map) || map.entries().isEmpty()) {
      problems.add(node, fields.path("classes"), CLASSES);
      return List.of();
    }
    List<ServedClass> classes = new ArrayList<>();
    for (Entry entry : map.entries()) {
      String path = Paths.key(fields.path("classes"), entry.key());
      if (!CLASS_NAME.matcher(entry.key()).matches()) {
        problems.add(
            entry.place(),
            path,
            "the class '" + entry.key() + "'",
            "1 to 60 letters, digits, underscores or hyphens");
      }
      served(entry, path).ifPresent(classes::add);
    }
    return classes;
  }

  private Optional<ServedClass> served(Entry entry, String path) {
    if (entry.value() instanceof ScalarNode scalar
        && scalar.value().isInt()
        && scalar.value().asInt() >= 1
        && scalar.value().asInt() <= MAX_SLOTS) {
      return Optional.of(
          new ServedClass(
              entry.key(),
              OptionalInt.of(scalar.value().asInt()),
              Optional.empty(),
              Optional.empty()));
    }
    if (!(entry.value() instanceof MapNode)) {
      problems.add(
          entry.value(),
          path,
          "slots from 1 to " + MAX_SLOTS + ", or an object with slots, slot-memory, slot-cpus");
      return Optional.empty();
    }
    return Fields.of(entry.value(), path, problems, List.of("slots", "slot-memory", "slot-cpus"))
        .map(
            own ->
                new ServedClass(
                    entry.key(),
                    own.whole("slots", 1, MAX_SLOTS)
                        .map(OptionalInt::of)
                        .orElse(OptionalInt.empty()),
                    size(own, "slot-memory"),
                    cpus(own)));
  }

  private Optional<String> size(Fields fields, String key) {
    Optional<Node> value = fields.get(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof ScalarNode scalar
        && (scalar.value().isTextual() || scalar.value().isIntegralNumber())
        && SIZE.matcher(scalar.value().asText()).matches()) {
      return Optional.of(scalar.value().asText());
    }
    problems.add(value.get(), fields.path(key), "a size such as 512m or 4g");
    return Optional.empty();
  }

  private Optional<Double> cpus(Fields fields) {
    Optional<Node> value = fields.get("slot-cpus");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof ScalarNode scalar
        && scalar.value().isNumber()
        && scalar.value().asDouble() > 0
        && scalar.value().asDouble() <= 1024) {
      return Optional.of(scalar.value().asDouble());
    }
    problems.add(value.get(), fields.path("slot-cpus"), "a number of processors, such as 0.5 or 2");
    return Optional.empty();
  }

  private void word(Fields fields, String key, List<String> words) {
    Optional<Node> value = fields.get(key);
    if (value.isEmpty()) {
      return;
    }
    if (value.get() instanceof ScalarNode scalar
        && scalar.value().isTextual()
        && words.contains(scalar.value().asText())) {
      settings.put(key, scalar.value().asText());
    } else {
      problems.add(value.get(), fields.path(key), "one of " + String.join(", ", words));
    }
  }

  private List<String> variables(Fields fields) {
    String expected = "a list of environment variables' names, such as [API_KEY, AWS_*]";
    List<String> names = new ArrayList<>();
    for (Node item : fields.list("env", expected)) {
      fields.text(item, "env", expected).ifPresent(names::add);
    }
    return names;
  }

  private Map<String, String> texts(Fields fields, String key) {
    Optional<Node> value = fields.get(key);
    if (value.isEmpty()) {
      return Map.of();
    }
    String expected = "an object from names to texts, numbers, true or false";
    Map<String, String> texts = new LinkedHashMap<>();
    if (!(value.get() instanceof MapNode map)) {
      problems.add(value.get(), fields.path(key), expected);
      return texts;
    }
    for (Entry entry : map.entries()) {
      if (entry.value() instanceof ScalarNode scalar && !scalar.value().isNull()) {
        texts.put(entry.key(), scalar.value().asText());
      } else {
        String found = entry.value() instanceof ListNode ? "a list" : entry.value().describe();
        problems.add(
            entry.value().place(), Paths.key(fields.path(key), entry.key()), found, "a text");
      }
    }
    return texts;
  }
}
