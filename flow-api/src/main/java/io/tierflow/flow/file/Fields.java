package io.tierflow.flow.file;

import io.tierflow.flow.file.Node.Entry;
import io.tierflow.flow.file.Node.ListNode;
import io.tierflow.flow.file.Node.MapNode;
import io.tierflow.flow.file.Node.ScalarNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** The keys of one object: finds them, checks their types, and reports what does not fit. */
final class Fields {

  /** Names of flows, pipelines and stages. */
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  static final String NAME_EXPECTED =
      "a name of 1 to 128 letters, digits, '_', '.' and '-' that begins with a letter or digit";

  /** What stands for a limit that is worked out from the past. */
  static final String AUTO = "auto";

  private final MapNode node;
  private final String path;
  private final Problems problems;

  private Fields(MapNode node, String path, Problems problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
  }

  /** The node as an object with no other keys than these; nothing when it is no object. */
  static Optional<Fields> of(Node node, String path, Problems problems, List<String> keys) {
    return of(node, path, problems, keys, keys);
  }

  /** The same, where an unknown key may have been meant as one of others too. */
  static Optional<Fields> of(
      Node node, String path, Problems problems, List<String> keys, List<String> meant) {
    if (!(node instanceof MapNode map)) {
      problems.add(node, path, "an object with the keys " + String.join(", ", keys));
      return Optional.empty();
    }
    for (Entry entry : map.entries()) {
      if (!keys.contains(entry.key())) {
        problems.add(
            entry.place(),
            Paths.key(path, entry.key()),
            "the unknown key '" + entry.key() + "'",
            "one of " + String.join(", ", keys) + Nearest.suggestion(entry.key(), meant));
      }
    }
    return Optional.of(new Fields(map, path, problems));
  }

  String path(String key) {
    return Paths.key(path, key);
  }

  Place place() {
    return node.place();
  }

  Optional<Node> get(String key) {
    return node.entries().stream()
        .filter(entry -> entry.key().equals(key))
        .map(Entry::value)
        .findFirst();
  }

  /** The node under a key; when it is missing, that is a problem. */
  Optional<Node> required(String key, String expected) {
    Optional<Node> value = get(key);
    if (value.isEmpty()) {
      problems.add(place(), path(key), "no " + key, expected);
    }
    return value;
  }

  Optional<String> text(Node value, String key, String expected) {
    if (value instanceof ScalarNode scalar
        && scalar.value().isTextual()
        && !scalar.value().asText().isBlank()) {
      return Optional.of(scalar.value().asText());
    }
    problems.add(value, path(key), expected);
    return Optional.empty();
  }

  /** A required name; a bare number is none, it needs quotes. */
  Optional<String> name(String key) {
    Optional<Node> value = required(key, NAME_EXPECTED);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof ScalarNode scalar
        && scalar.value().isTextual()
        && NAME.matcher(scalar.value().asText()).matches()) {
      return Optional.of(scalar.value().asText());
    }
    problems.add(value.get(), path(key), NAME_EXPECTED);
    return Optional.empty();
  }

  /** An optional duration longer than zero; none where it says {@link #isAuto auto}. */
  Optional<Duration> limit(String key) {
    return isAuto(key)
        ? Optional.empty()
        : get(key).flatMap(value -> duration(value, key, false, ", or auto"));
  }

  /** Whether a limit is to be worked out from the past. */
  boolean isAuto(String key) {
    return get(key)
        .filter(value -> value instanceof ScalarNode scalar && scalar.value().asText().equals(AUTO))
        .isPresent();
  }

  /** An optional duration; zero only where it has a meaning. */
  Optional<Duration> duration(String key, boolean zeroAllowed) {
    return get(key).flatMap(value -> duration(value, key, zeroAllowed, ""));
  }

  private Optional<Duration> duration(Node value, String key, boolean zeroAllowed, String orElse) {
    String text = value instanceof ScalarNode scalar ? scalar.value().asText() : "";
    try {
      Duration duration = DurationText.parse(text);
      if (!duration.isZero() || zeroAllowed) {
        return Optional.of(duration);
      }
      problems.add(value, path(key), "a duration longer than zero" + orElse);
    } catch (IllegalArgumentException e) {
      problems.add(value, path(key), e.getMessage() + orElse);
    }
    return Optional.empty();
  }

  /** An optional size in bytes, more than none. */
  OptionalLong size(String key) {
    Optional<Node> value = get(key);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    String text = value.get() instanceof ScalarNode scalar ? scalar.value().asText() : "";
    try {
      long bytes = ByteSize.parse(text);
      if (bytes > 0) {
        return OptionalLong.of(bytes);
      }
      problems.add(value.get(), path(key), ByteSize.EXPECTED + ", more than none");
    } catch (IllegalArgumentException e) {
      problems.add(value.get(), path(key), ByteSize.EXPECTED);
    }
    return OptionalLong.empty();
  }

  Optional<Integer> whole(String key, int min, int max) {
    Optional<Node> value = get(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof ScalarNode scalar
        && scalar.value().isInt()
        && scalar.value().asInt() >= min
        && scalar.value().asInt() <= max) {
      return Optional.of(scalar.value().asInt());
    }
    problems.add(value.get(), path(key), "a whole number from " + min + " to " + max);
    return Optional.empty();
  }

  /** An optional number from 0 to 1. */
  Optional<Double> share(String key) {
    Optional<Node> value = get(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof ScalarNode scalar
        && scalar.value().isNumber()
        && scalar.value().asDouble() >= 0
        && scalar.value().asDouble() <= 1) {
      return Optional.of(scalar.value().asDouble());
    }
    problems.add(value.get(), path(key), "a number from 0 to 1");
    return Optional.empty();
  }

  Optional<Boolean> bool(String key) {
    Optional<Node> value = get(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof ScalarNode scalar && scalar.value().isBoolean()) {
      return Optional.of(scalar.value().asBoolean());
    }
    problems.add(value.get(), path(key), "true or false");
    return Optional.empty();
  }

  /** One of these words, if there is any. */
  Optional<String> word(String key, List<String> words) {
    Optional<Node> value = get(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    String found =
        value.get() instanceof ScalarNode scalar && scalar.value().isTextual()
            ? scalar.value().asText()
            : "";
    if (words.contains(found)) {
      return Optional.of(found);
    }
    problems.add(
        value.get(),
        path(key),
        "one of " + String.join(", ", words) + Nearest.suggestion(found, words));
    return Optional.empty();
  }

  /** An optional list; no items when it is missing or no list. */
  List<Node> list(String key, String expected) {
    Optional<Node> value = get(key);
    if (value.isPresent() && value.get() instanceof ListNode list) {
      return list.items();
    }
    value.ifPresent(other -> problems.add(other, path(key), expected));
    return List.of();
  }

  /** A required list of at least one. */
  List<Node> nonEmptyList(String key, String expected) {
    Optional<Node> value = required(key, expected);
    if (value.isPresent() && value.get() instanceof ListNode list && !list.items().isEmpty()) {
      return list.items();
    }
    value.ifPresent(other -> problems.add(other, path(key), expected));
    return List.of();
  }
}
