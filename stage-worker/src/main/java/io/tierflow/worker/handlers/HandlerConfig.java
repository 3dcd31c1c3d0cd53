package io.tierflow.worker.handlers;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a stage's {@code with} by type. Every method fails as INVALID_INPUT naming the key, what
 * was found and what was expected. Immutable.
 */
final class HandlerConfig {

  private static final int MAX_SHOWN = 80;

  private final String handler;
  private final JsonNode with;

  private HandlerConfig(String handler, JsonNode with) {
    this.handler = handler;
    this.with = with;
  }

  /** The stage's configuration, holding no other than the known keys. */
  static HandlerConfig of(String handler, StageContext context, String... known)
      throws StageException {
    HandlerConfig config = new HandlerConfig(handler, context.config());
    if (!config.with.isObject()) {
      throw StageException.invalidInput(
          "%s: with: expected an object, found %s".formatted(handler, show(config.with)));
    }
    Set<String> keys = new TreeSet<>(Set.of(known));
    for (Map.Entry<String, JsonNode> field : config.with.properties()) {
      if (!keys.contains(field.getKey())) {
        String expected = keys.isEmpty() ? "no keys" : "one of " + String.join(", ", keys);
        throw config.wrong(field.getKey(), expected, "an unknown key");
      }
    }
    return config;
  }

  boolean has(String key) {
    return with.hasNonNull(key);
  }

  String string(String key) throws StageException {
    return text(key, required(key, "a text"));
  }

  Optional<String> optionalString(String key) throws StageException {
    return has(key) ? Optional.of(string(key)) : Optional.empty();
  }

  boolean flag(String key, boolean otherwise) throws StageException {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = with.get(key);
    if (!value.isBoolean()) {
      throw wrong(key, "true or false", show(value));
    }
    return value.booleanValue();
  }

  int integer(String key, int otherwise, int min, int max) throws StageException {
    return has(key) ? integer(key, with.get(key), min, max) : otherwise;
  }

  /** A number or a list of numbers; empty when the key is missing. */
  List<Integer> integers(String key, int min, int max) throws StageException {
    List<Integer> all = new ArrayList<>();
    if (has(key)) {
      JsonNode value = with.get(key);
      if (value.isArray()) {
        for (int i = 0; i < value.size(); i++) {
          all.add(integer(key + "[" + i + "]", value.get(i), min, max));
        }
      } else {
        all.add(integer(key, value, min, max));
      }
    }
    return all;
  }

  private int integer(String place, JsonNode value, int min, int max) throws StageException {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < min
        || value.intValue() > max) {
      throw wrong(place, "a whole number from %d to %d".formatted(min, max), show(value));
    }
    return value.intValue();
  }

  Optional<Duration> optionalDuration(String key) throws StageException {
    return has(key) ? Optional.of(duration(key, with.get(key))) : Optional.empty();
  }

  /** A duration, or an object from names to durations of which this name's is taken. */
  Duration durationFor(String key, String name) throws StageException {
    JsonNode value = required(key, "a duration, or an object from resource class to duration");
    if (!value.isObject()) {
      return duration(key, value);
    }
    if (!value.hasNonNull(name)) {
      throw wrong(key, "a duration for class '" + name + "'", show(value));
    }
    return duration(key + "." + name, value.get(name));
  }

  private Duration duration(String place, JsonNode value) throws StageException {
    if (!value.isTextual()) {
      throw wrong(place, DurationValue.EXPECTED, show(value));
    }
    return DurationValue.parse(value.textValue())
        .orElseThrow(() -> wrong(place, DurationValue.EXPECTED, show(value)));
  }

  <E extends Enum<E>> E choice(String key, E otherwise) throws StageException {
    if (!has(key)) {
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E constant : otherwise.getDeclaringClass().getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT);
      if (name.equals(with.get(key).textValue())) {
        return constant;
      }
      names.add(name);
    }
    throw wrong(key, "one of " + String.join(", ", names), show(with.get(key)));
  }

  /** An object from names to texts (numbers and booleans are taken as texts), in its order. */
  Map<String, String> texts(String key) throws StageException {
    Map<String, String> all = new LinkedHashMap<>();
    if (has(key)) {
      JsonNode value = with.get(key);
      if (!value.isObject()) {
        throw wrong(key, "an object of texts", show(value));
      }
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        JsonNode text = field.getValue();
        if (text.isContainerNode() || text.isNull()) {
          throw wrong(key + "." + field.getKey(), "a text", show(text));
        }
        all.put(field.getKey(), text.asText());
      }
    }
    return all;
  }

  /** A list of texts, not empty when given; empty when the key is missing. */
  List<String> textList(String key) throws StageException {
    List<String> all = new ArrayList<>();
    if (has(key)) {
      JsonNode value = with.get(key);
      if (!value.isArray() || value.isEmpty()) {
        throw wrong(key, "a list of texts", show(value));
      }
      for (int i = 0; i < value.size(); i++) {
        all.add(text(key + "[" + i + "]", value.get(i)));
      }
    }
    return all;
  }

  /** A JSON Pointer such as {@code /report/rows}; the whole document when the key is missing. */
  JsonPointer pointer(String key) throws StageException {
    if (!has(key)) {
      return JsonPointer.empty();
    }
    String text = string(key);
    if (!text.startsWith("/")) {
      throw wrong(key, "a JSON Pointer such as /report/rows", "\"" + text + "\"");
    }
    return JsonPointer.compile(text);
  }

  /** The value of an environment variable that the configuration names; secrets stay out of it. */
  String environment(String place, String variable) throws StageException {
    String value = System.getenv(variable);
    if (value == null) {
      throw wrong(
          place,
          "the name of an environment variable of the worker",
          "'" + variable + "', which is not set");
    }
    return value;
  }

  /** A failure about one key. */
  StageException wrong(String place, String expected, String found) {
    return StageException.invalidInput(
        "%s: with.%s: expected %s, found %s".formatted(handler, place, expected, found));
  }

  private JsonNode required(String key, String expected) throws StageException {
    if (!has(key)) {
      throw wrong(key, expected, "nothing");
    }
    return with.get(key);
  }

  private String text(String place, JsonNode value) throws StageException {
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw wrong(place, "a text", show(value));
    }
    return value.textValue();
  }

  private static String show(JsonNode value) {
    String text = value.toString();
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }
}
