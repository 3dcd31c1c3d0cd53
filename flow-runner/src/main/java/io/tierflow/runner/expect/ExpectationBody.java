package io.tierflow.runner.expect;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.flow.Timing;
import io.tierflow.flow.file.DurationText;
import io.tierflow.machine.expect.Expectation;
import io.tierflow.runner.SubmitLimits;
import io.tierflow.runner.expect.ExpectationService.Subject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is to be expected, as JSON says it. */
public record ExpectationBody(Subject subject, Expectation expectation) {

  private static final Set<String> KNOWN =
      Set.of("name", "key", "due", "every", "cron", "zone", "within", "labels");
  private static final String DUE_EXPECTED =
      "a time such as 2026-11-24T15:00:00Z, or a duration from now such as 10m";

  /**
   * Reads it.
   *
   * @param now what durations are counted from
   * @throws InvalidBodyException with all that is wrong: each field, found and expected
   */
  public static ExpectationBody read(JsonNode body, Instant now) {
    BodyFields fields = new BodyFields(body, KNOWN);
    Subject subject = new Subject(fields.name(null), fields.key());
    List<String> said = List.of("due", "every", "cron").stream().filter(fields::has).toList();
    if (said.size() != 1) {
      fields.add(
          said.isEmpty() ? "" : said.get(1),
          said.isEmpty() ? "no due time" : said.get(1) + " beside " + said.get(0),
          "one of due, every and cron");
    }
    if (fields.has("zone") && !fields.has("cron")) {
      fields.add("zone", "a zone without cron", "a zone with cron only");
    }
    Optional<Instant> due = due(fields, now);
    Optional<Timing> timing = timing(fields);
    Optional<Duration> within = fields.duration("within");
    Map<String, String> labels = fields.labels();
    try {
      SubmitLimits.labels(labels);
    } catch (IllegalArgumentException e) {
      fields.add("labels", "too many or too long ones", e.getMessage());
    }
    fields.check();
    Expectation plain =
        due.map(Expectation::by).orElseGet(() -> Expectation.of(timing.orElseThrow(), now));
    return new ExpectationBody(subject, plain.with(within.orElse(plain.within()), labels));
  }

  private static Optional<Instant> due(BodyFields fields, Instant now) {
    Optional<String> text = fields.text("due", DUE_EXPECTED);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(now.plus(DurationText.parse(text.get())).truncatedTo(ChronoUnit.MILLIS));
    } catch (IllegalArgumentException e) {
      return fields.time("due", DUE_EXPECTED);
    }
  }

  private static Optional<Timing> timing(BodyFields fields) {
    Optional<Duration> interval = fields.duration("every");
    if (interval.isPresent()) {
      try {
        return Optional.of(new Every(interval.get()));
      } catch (IllegalArgumentException e) {
        fields.add("every", "'" + DurationText.format(interval.get()) + "'", e.getMessage());
        return Optional.empty();
      }
    }
    ZoneId zone = zone(fields);
    Optional<String> cron = fields.text("cron", "five cron fields such as '0 3 * * *'");
    try {
      return cron.map(text -> Cron.parse(text, zone));
    } catch (IllegalArgumentException e) {
      fields.add("cron", "'" + cron.orElseThrow() + "'", e.getMessage());
      return Optional.empty();
    }
  }

  private static ZoneId zone(BodyFields fields) {
    String expected = "a time zone such as UTC, Europe/Berlin or America/New_York";
    Optional<String> zone = fields.text("zone", expected);
    try {
      return zone.map(ZoneId::of).orElse(Cron.UTC);
    } catch (DateTimeException e) {
      fields.add("zone", "'" + zone.orElseThrow() + "'", expected);
      return Cron.UTC;
    }
  }
}
