package io.tierflow.worker.resilience;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.file.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An object of a configuration, and where it stands. Immutable. */
public final class Section {

  private final String place;
  private final JsonNode object;

  private Section(String place, JsonNode object) {
    this.place = place;
    this.object = object;
  }

  /**
   * An object.
   *
   * @throws IllegalArgumentException if it is none; so do all methods for what is not as expected,
   *     naming the place, what was found and what was expected
   */
  public static Section of(String place, JsonNode node) {
    if (!node.isObject()) {
      throw new IllegalArgumentException(
          place + ": found " + said(node) + ", expected an object of settings");
    }
    return new Section(place, node);
  }

  /** What is named in it. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Refuses every other name. */
  public void only(String... known) {
    for (String name : names()) {
      if (!List.of(known).contains(name)) {
        throw new IllegalArgumentException(
            place + ": found '" + name + "', expected one of " + String.join(", ", known));
      }
    }
  }

  Section required(String name) {
    return of(place + ": " + name, object.path(name));
  }

  Optional<Section> section(String name) {
    return object.has(name)
        ? Optional.of(of(place + '.' + name, object.get(name)))
        : Optional.empty();
  }

  /** A text that is not empty. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(object.get(name))
        .map(
            value -> {
              if (!value.isTextual() || value.asText().isBlank()) {
                throw refused(name, value, "a text");
              }
              return value.asText();
            });
  }

  /** A list of objects that is not empty. */
  public List<Section> list(String name, String expected) {
    JsonNode list = object.path(name);
    if (!list.isArray() || list.isEmpty()) {
      throw refused(name, list, expected);
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      sections.add(of(place + ": " + name + '[' + i + ']', list.get(i)));
    }
    return sections;
  }

  /** A whole number. */
  public Optional<Integer> whole(String name, int least, int most) {
    return Optional.ofNullable(object.get(name))
        .map(
            value -> {
              if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
                throw refused(name, value, "a whole number from " + least + " to " + most);
              }
              return value.asInt();
            });
  }

  /** A duration of more than zero. */
  public Optional<Duration> duration(String name) {
    return Optional.ofNullable(object.get(name)).map(value -> duration(name, value));
  }

  private Duration duration(String name, JsonNode value) {
    try {
      Duration duration = DurationText.parse(value.asText());
      if (!duration.isZero()) {
        return duration;
      }
      throw refused(name, value, "a duration of more than zero, such as 10s");
    } catch (IllegalArgumentException e) {
      throw refused(name, value, "a duration of more than zero, such as 10s");
    }
  }

  /** What to throw where something is missing. */
  public IllegalArgumentException missing(String name, String expected) {
    return new IllegalArgumentException(
        place + '.' + name + ": found nothing, expected " + expected);
  }

  private IllegalArgumentException refused(String name, JsonNode found, String expected) {
    return new IllegalArgumentException(
        place + '.' + name + ": found " + said(found) + ", expected " + expected);
  }

  private static String said(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? "nothing" : node.toString();
  }
}
