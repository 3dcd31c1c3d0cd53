package io.tierflow.flow.file;

import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Launcher;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.RetryPolicy;
import io.tierflow.flow.Timeouts;
import io.tierflow.flow.file.Node.ScalarNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what can be said at any level: class, launcher, timeout, retry, where to after
 * OUT_OF_MEMORY, and rate.
 */
final class SettingsReader {

  static final String LAUNCHER = "launcher";
  static final String ON_OUT_OF_MEMORY = "on-out-of-memory";
  static final String RATE = "rate";

  /** More attempts than this are a mistake. */
  static final int MAX_ATTEMPTS = 1000;

  private static final List<String> TIMEOUT_KEYS =
      List.of("queue", "run", "heartbeat", "total", "hand-over");
  private static final List<String> RETRY_KEYS = List.of("attempts", "backoff", "jitter", "not-on");
  private static final List<String> KINDS =
      Arrays.stream(FailureKind.values()).map(Enum::name).toList();
  private static final String BACKOFF_EXPECTED =
      "a duration such as 5s, or a range such as 1s..60s whose end is not below its beginning";

  private final Problems problems;
  private final Catalog catalog;

  SettingsReader(Problems problems, Catalog catalog) {
    this.problems = problems;
    this.catalog = catalog;
  }

  /** The settings of this level, over those of the level around it. */
  Settings read(Fields fields, Settings outer) {
    return new Settings(
        resourceClass(fields, "class").or(outer::resourceClass),
        fields.get(LAUNCHER).flatMap(node -> launcher(node, fields)).orElse(outer.launcher()),
        fields
            .get("timeout")
            .map(node -> timeouts(node, fields.path("timeout"), outer.timeouts()))
            .orElse(outer.timeouts()),
        fields
            .get("retry")
            .map(node -> retry(node, fields.path("retry"), outer.retry()))
            .orElse(outer.retry()),
        fields.get(ON_OUT_OF_MEMORY).isPresent() ? largerClasses(fields) : outer.onOutOfMemory(),
        RateReader.read(fields, RATE, problems).or(outer::rate));
  }

  /** The class under a key; {@link Settings#UNREADABLE} when there is one that does not fit. */
  Optional<ResourceClass> resourceClass(Fields fields, String key) {
    return fields.get(key).map(node -> resourceClass(node, fields.path(key)));
  }

  private Optional<Launcher> launcher(Node node, Fields fields) {
    String word = node instanceof ScalarNode scalar ? scalar.value().asText() : "";
    Optional<Launcher> launcher = Launcher.of(word);
    if (launcher.isEmpty()) {
      List<String> words = Launcher.words();
      problems.add(
          node,
          fields.path(LAUNCHER),
          "one of " + String.join(", ", words) + Nearest.suggestion(word, words));
    }
    return launcher;
  }

  // One class stands for a list of it.
  private List<ResourceClass> largerClasses(Fields fields) {
    String path = fields.path(ON_OUT_OF_MEMORY);
    if (fields.get(ON_OUT_OF_MEMORY).orElseThrow() instanceof ScalarNode one) {
      return List.of(resourceClass(one, path));
    }
    List<ResourceClass> classes = new ArrayList<>();
    int index = 0;
    for (Node item :
        fields.nonEmptyList(ON_OUT_OF_MEMORY, "a class, or a list of classes, smallest first")) {
      ResourceClass next = resourceClass(item, Paths.index(path, index));
      if (classes.contains(next) && !next.equals(Settings.UNREADABLE)) {
        problems.add(
            item.place(),
            Paths.index(path, index),
            "'" + next + "' again",
            "classes that are each named once, smallest first");
      } else {
        classes.add(next);
      }
      index++;
    }
    return classes;
  }

  private ResourceClass resourceClass(Node node, String path) {
    String name =
        node instanceof ScalarNode scalar && scalar.value().isTextual()
            ? scalar.value().asText()
            : "";
    if (!ResourceClass.isValid(name)) {
      problems.add(
          node,
          path,
          "a resource class: lower-case letters, digits and hyphens, beginning with a letter"
              + catalog
                  .classes()
                  .map(names -> ", one of " + Catalog.list(names) + Nearest.suggestion(name, names))
                  .orElse(""));
      return Settings.UNREADABLE;
    }
    Set<String> known = catalog.classes().orElse(Set.of(name));
    if (!known.contains(name)) {
      problems.add(node, path, "one of " + Catalog.list(known) + Nearest.suggestion(name, known));
      return Settings.UNREADABLE;
    }
    return new ResourceClass(name);
  }

  private Timeouts timeouts(Node node, String path, Timeouts outer) {
    return Fields.of(node, path, problems, TIMEOUT_KEYS)
        .map(
            fields ->
                new Timeouts(
                    limit(fields, "queue", outer.queue()),
                    limit(fields, "run", outer.run()),
                    fields.duration("heartbeat", false).or(outer::heartbeat),
                    fields.duration("total", false).or(outer::total),
                    fields.duration("hand-over", true).or(outer::handOver),
                    auto(fields, outer.auto())))
        .orElse(outer);
  }

  private static Optional<Duration> limit(Fields fields, String key, Optional<Duration> outer) {
    return fields.isAuto(key) ? Optional.empty() : fields.limit(key).or(() -> outer);
  }

  private static Set<Timeouts.Auto> auto(Fields fields, Set<Timeouts.Auto> outer) {
    Set<Timeouts.Auto> all = EnumSet.noneOf(Timeouts.Auto.class);
    for (Timeouts.Auto limit : Timeouts.Auto.values()) {
      String key = limit.name().toLowerCase(Locale.ROOT);
      if (fields.get(key).isPresent() ? fields.isAuto(key) : outer.contains(limit)) {
        all.add(limit);
      }
    }
    return all;
  }

  private RetryPolicy retry(Node node, String path, RetryPolicy outer) {
    return Fields.of(node, path, problems, RETRY_KEYS)
        .map(fields -> retry(fields, outer))
        .orElse(outer);
  }

  private RetryPolicy retry(Fields fields, RetryPolicy outer) {
    int attempts = fields.whole("attempts", 1, MAX_ATTEMPTS).orElse(outer.attempts());
    Set<FailureKind> notOn = fields.get("not-on").isPresent() ? kinds(fields) : outer.notOn();
    double jitter = fields.share("jitter").orElse(outer.jitter());
    RetryPolicy policy =
        new RetryPolicy(attempts, outer.firstBackoff(), outer.maxBackoff(), jitter, notOn);
    return fields
        .get("backoff")
        .map(node -> backoff(node, fields.path("backoff"), policy))
        .orElse(policy);
  }

  private RetryPolicy backoff(Node node, String path, RetryPolicy policy) {
    String text = node instanceof ScalarNode scalar ? scalar.value().asText() : "";
    int dots = text.indexOf("..");
    try {
      Duration first = DurationText.parse(dots < 0 ? text : text.substring(0, dots));
      Duration max = dots < 0 ? first : DurationText.parse(text.substring(dots + 2));
      if (max.compareTo(first) >= 0) {
        return policy.backoff(first, max);
      }
      problems.add(node, path, BACKOFF_EXPECTED);
    } catch (IllegalArgumentException e) {
      problems.add(node, path, BACKOFF_EXPECTED);
    }
    return policy;
  }

  private Set<FailureKind> kinds(Fields fields) {
    Set<FailureKind> kinds = EnumSet.noneOf(FailureKind.class);
    int index = 0;
    for (Node item : fields.list("not-on", "a list of failure kinds")) {
      String name = item instanceof ScalarNode scalar ? scalar.value().asText() : "";
      if (KINDS.contains(name)) {
        kinds.add(FailureKind.valueOf(name));
      } else {
        problems.add(
            item,
            Paths.index(fields.path("not-on"), index),
            "one of " + String.join(", ", KINDS) + Nearest.suggestion(name, KINDS));
      }
      index++;
    }
    return kinds;
  }
}
