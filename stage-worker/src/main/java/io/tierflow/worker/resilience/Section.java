package io.tierflow.worker.resilience;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.file.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An object of a configuration, and where it stands. */
final class Section {

  private final String place;
  private final JsonNode object;

  private Section(String place, JsonNode object) {
    this.place = place;
    this.object = object;
  }

  static Section of(String place, JsonNode node) {
    if (!node.isObject()) {
      throw new IllegalArgumentException(
          place + ": found " + said(node) + ", expected an object of settings");
    }
    return new Section(place, node);
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Refuses every other name. */
  void only(String... known) {
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

  Optional<Integer> whole(String name, int least, int most) {
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
  Optional<Duration> duration(String name) {
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

  IllegalArgumentException missing(String name, String expected) {
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
