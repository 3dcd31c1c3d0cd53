package io.tierflow.flow.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.flow.Schedule;
import io.tierflow.flow.Schedule.CatchUp;
import io.tierflow.flow.Schedule.Overlap;
import io.tierflow.flow.Timing;
import io.tierflow.flow.file.Node.ScalarNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads {@code every} or {@code cron}, and {@code schedule} beside it. */
final class ScheduleReader {

  private static final List<String> MAP_KEYS =
      List.of("zone", "catch-up", "overlap", "jitter", "input", "complete-within");
  private static final String ZONE_EXPECTED =
      "a time zone such as UTC, Europe/Berlin or America/New_York";

  private final Problems problems;

  ScheduleReader(Problems problems) {
    this.problems = problems;
  }

  Optional<Schedule> read(Fields flow) {
    Optional<Node> map = flow.get("schedule");
    Optional<Fields> fields =
        map.flatMap(node -> Fields.of(node, flow.path("schedule"), problems, MAP_KEYS));
    Optional<ZoneId> zone = fields.flatMap(this::zone);
    Optional<Timing> timing = timing(flow, fields, zone.orElse(Cron.UTC));
    Optional<Duration> jitter = fields.flatMap(f -> jitter(f, timing));
    CatchUp catchUp =
        fields.flatMap(f -> choice(f, "catch-up", CatchUp.class)).orElse(CatchUp.LAST);
    Overlap overlap = fields.flatMap(f -> choice(f, "overlap", Overlap.class)).orElse(Overlap.SKIP);
    Optional<Duration> within = fields.flatMap(f -> f.duration("complete-within", false));
    return timing.map(
        t ->
            new Schedule(t, catchUp, overlap, jitter.orElse(Duration.ZERO), input(fields), within));
  }

  private Optional<Timing> timing(Fields flow, Optional<Fields> map, ZoneId zone) {
    Optional<Node> every = flow.get("every");
    Optional<Node> cron = flow.get("cron");
    if (every.isPresent() && cron.isPresent()) {
      problems.add(
          cron.get().place(), flow.path("cron"), "cron beside every", "one of every and cron");
    }
    if (every.isPresent()) {
      map.flatMap(fields -> fields.get("zone"))
          .ifPresent(
              node ->
                  problems.add(
                      node.place(),
                      Paths.key(flow.path("schedule"), "zone"),
                      "a zone beside every",
                      "a zone with cron only: every counts the time that passes"));
      return every.flatMap(node -> every(flow, node));
    }
    if (cron.isPresent()) {
      return cron.flatMap(node -> cron(flow, node, zone));
    }
    flow.get("schedule")
        .ifPresent(
            node ->
                problems.add(
                    node.place(),
                    flow.path("schedule"),
                    "a schedule without due times",
                    "every or cron beside it"));
    return Optional.empty();
  }

  private Optional<Timing> every(Fields flow, Node node) {
    Optional<Duration> interval = flow.duration("every", false);
    try {
      return interval.map(Every::new);
    } catch (IllegalArgumentException e) {
      problems.add(node, flow.path("every"), e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Timing> cron(Fields flow, Node node, ZoneId zone) {
    String text =
        node instanceof ScalarNode scalar && scalar.value().isTextual()
            ? scalar.value().asText()
            : "";
    try {
      return Optional.of(Cron.parse(text, zone));
    } catch (IllegalArgumentException e) {
      problems.add(node, flow.path("cron"), e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<ZoneId> zone(Fields fields) {
    Optional<Node> node = fields.get("zone");
    Optional<String> name = node.flatMap(value -> fields.text(value, "zone", ZONE_EXPECTED));
    try {
      return name.map(ZoneId::of);
    } catch (DateTimeException e) {
      problems.add(
          node.orElseThrow(),
          fields.path("zone"),
          ZONE_EXPECTED + Nearest.suggestion(name.orElseThrow(), ZoneId.getAvailableZoneIds()));
      return Optional.empty();
    }
  }

  private Optional<Duration> jitter(Fields fields, Optional<Timing> timing) {
    Optional<Duration> jitter = fields.duration("jitter", true);
    Duration most =
        timing.isPresent() && timing.get() instanceof Every every
            ? min(every.interval(), Schedule.MAX_JITTER)
            : Schedule.MAX_JITTER;
    if (jitter.isPresent() && jitter.get().compareTo(most) > 0) {
      problems.add(
          fields.get("jitter").orElseThrow(),
          fields.path("jitter"),
          "a duration of at most " + DurationText.format(most));
      return Optional.empty();
    }
    return jitter;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static JsonNode input(Optional<Fields> fields) {
    return fields
        .flatMap(f -> f.get("input"))
        .map(Node::toJson)
        .orElseGet(JsonNodeFactory.instance::objectNode);
  }

  private static <E extends Enum<E>> Optional<E> choice(Fields fields, String key, Class<E> type) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(ScheduleReader::word).toList();
    return fields.word(key, words).map(word -> Enum.valueOf(type, word.toUpperCase(Locale.ROOT)));
  }

  /** As the flow file says it. */
  static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
