package io.tierflow.runner.expect;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.file.DurationText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the fields of an object and gathers what is wrong with them. One thread only. */
final class BodyFields {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
  private static final int MAX_KEY = 200;
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final String NAME_EXPECTED =
      "1 to 128 letters, digits, '_', '.' or '-', the first a letter or digit";
  private static final String KEY_EXPECTED = "at most 200 characters, none a control character";

  private final JsonNode body;
  private final List<BodyIssue> issues = new ArrayList<>();

  BodyFields(JsonNode body, Set<String> known) {
    this.body = body;
    if (!body.isObject()) {
      issues.add(new BodyIssue("", shown(body), "an object"));
    }
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!known.contains(field.getKey())) {
        add(
            field.getKey(),
            "key '" + field.getKey() + "'",
            "one of " + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  void add(String path, String found, String expected) {
    issues.add(new BodyIssue(path, found, expected));
  }

  boolean has(String name) {
    return !body.path(name).isMissingNode() && !body.path(name).isNull();
  }

  Optional<String> text(String name, String expected) {
    if (!has(name)) {
      return Optional.empty();
    }
    if (!body.path(name).isTextual()) {
      add(name, shown(body.path(name)), expected);
      return Optional.empty();
    }
    return Optional.of(body.path(name).textValue());
  }

  /** The name of an expectation; what stands in for it when it is not there may be null. */
  String name(String absent) {
    String name = has("name") ? text("name", NAME_EXPECTED).orElse(null) : absent;
    if (name == null && !has("name")) {
      add("name", "none", NAME_EXPECTED);
    } else if (name != null && !NAME.matcher(name).matches()) {
      add("name", "'" + name + "'", NAME_EXPECTED);
    }
    return name;
  }

  /** A key; empty for none. */
  String key() {
    String key = text("key", KEY_EXPECTED).orElse("");
    if (key.length() > MAX_KEY || key.chars().anyMatch(Character::isISOControl)) {
      add("key", "'" + key + "'", KEY_EXPECTED);
    }
    return key;
  }

  Optional<Duration> duration(String name) {
    Optional<String> text = text(name, "a duration such as 30s, 10m or 1h");
    try {
      return text.map(DurationText::parse);
    } catch (IllegalArgumentException e) {
      add(name, "'" + text.orElseThrow() + "'", e.getMessage());
      return Optional.empty();
    }
  }

  /** A time of the years that records and stores can hold: 1970 to 9999. */
  Optional<Instant> time(String name, String expected) {
    Optional<String> text = text(name, expected);
    try {
      Optional<Instant> time =
          text.map(OffsetDateTime::parse)
              .map(OffsetDateTime::toInstant)
              .map(instant -> instant.truncatedTo(ChronoUnit.MILLIS));
      if (time.filter(instant -> instant.isBefore(EARLIEST) || instant.isAfter(LATEST))
          .isPresent()) {
        add(name, "'" + text.orElseThrow() + "'", expected + ", in the years 1970 to 9999");
        return Optional.empty();
      }
      return time;
    } catch (DateTimeException e) {
      add(name, "'" + text.orElseThrow() + "'", expected);
      return Optional.empty();
    }
  }

  Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    if (!has("labels")) {
      return labels;
    }
    if (!body.path("labels").isObject()) {
      add("labels", shown(body.path("labels")), "an object of strings");
    }
    for (Map.Entry<String, JsonNode> label : body.path("labels").properties()) {
      if (label.getValue().isTextual()) {
        labels.put(label.getKey(), label.getValue().textValue());
      } else {
        add("labels." + label.getKey(), shown(label.getValue()), "a string");
      }
    }
    return labels;
  }

  /** Throws all that was found wrong, if anything was. */
  void check() {
    if (!issues.isEmpty()) {
      throw new InvalidBodyException(issues);
    }
  }

  private static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
