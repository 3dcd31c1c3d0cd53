package io.tierflow.flow.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.flow.Rate;
import io.tierflow.flow.file.Node.ScalarNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rates as people write them: {@code 100/s}, {@code 20/m}, {@code {calls: 10, per: 30s}}. */
final class RateReader {

  private static final List<String> KEYS = List.of("calls", "per");
  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,6})/([smh])");
  private static final Map<String, Duration> UNITS =
      Map.of("s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1));
  private static final String EXPECTED =
      "a rate such as 100/s, 20/m or 5/h, or an object with calls and per";

  private RateReader() {}

  /** The rate under a key, if there is one that fits. */
  static Optional<Rate> read(Fields fields, String key, Problems problems) {
    Node node = fields.get(key).orElse(null);
    if (node == null) {
      return Optional.empty();
    }
    if (!(node instanceof ScalarNode scalar)) {
      return Fields.of(node, fields.path(key), problems, KEYS)
          .flatMap(parts -> parts(parts, problems));
    }
    Matcher text = TEXT.matcher(scalar.value().asText());
    if (text.matches() && Integer.parseInt(text.group(1)) <= Rate.MAX_CALLS) {
      return Optional.of(new Rate(Integer.parseInt(text.group(1)), UNITS.get(text.group(2))));
    }
    problems.add(node, fields.path(key), EXPECTED);
    return Optional.empty();
  }

  private static Optional<Rate> parts(Fields parts, Problems problems) {
    if (parts.required("calls", "a whole number from 1 to " + Rate.MAX_CALLS).isEmpty()) {
      return Optional.empty();
    }
    Optional<Integer> calls = parts.whole("calls", 1, Rate.MAX_CALLS);
    Optional<Duration> given = parts.duration("per", false);
    Duration per = given.orElse(Rate.MIN_PER);
    if (per.compareTo(Rate.MIN_PER) < 0 || per.compareTo(Rate.MAX_PER) > 0) {
      problems.add(
          parts.get("per").orElseThrow(),
          parts.path("per"),
          "a duration from "
              + DurationText.format(Rate.MIN_PER)
              + " to "
              + DurationText.format(Rate.MAX_PER));
      return Optional.empty();
    }
    return calls.map(count -> new Rate(count, per));
  }

  /** The shortest form that {@link #read} gives the same rate for. */
  static JsonNode write(Rate rate) {
    return UNITS.entrySet().stream()
        .filter(unit -> unit.getValue().equals(rate.per()))
        .findFirst()
        .<JsonNode>map(
            unit -> JsonNodeFactory.instance.textNode(rate.calls() + "/" + unit.getKey()))
        .orElseGet(
            () ->
                JsonNodeFactory.instance
                    .objectNode()
                    .put("calls", rate.calls())
                    .put("per", DurationText.format(rate.per())));
  }
}
