package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tierflow.flow.file.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What is to be expected: one completion by a due time, or one for each due time of a schedule.
 * Exactly one of {@code due}, {@code every} and {@code cron} is not null. Immutable.
 *
 * @param name its name: letters, digits, {@code _ . -}
 * @param key tells apart several of one name; null for none
 * @param due a time of RFC 3339, or a duration from now such as {@code 10m}
 * @param every the longest time between two completions, such as {@code 1h}
 * @param cron when the work starts, as five fields
 * @param zone whose clocks the cron expression means; null for UTC
 * @param within how long after a due time a completion may come; null for none after {@code due},
 *     else an hour or the time between two due times, whichever is less
 * @param labels the user's own; null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExpectationRequest(
    String name,
    String key,
    String due,
    String every,
    String cron,
    String zone,
    String within,
    Map<String, String> labels) {

  /** One completion by a time. */
  public static ExpectationRequest by(String name, Instant due) {
    return new ExpectationRequest(
        name, null, ApiJson.format(due), null, null, null, null, Map.of());
  }

  /** One completion within a time from when the runner gets this. */
  public static ExpectationRequest by(String name, Duration fromNow) {
    return new ExpectationRequest(
        name, null, DurationText.format(fromNow), null, null, null, null, Map.of());
  }

  /** A completion at least once in so much time, counted from the last one. */
  public static ExpectationRequest every(String name, Duration interval) {
    return new ExpectationRequest(
        name, null, null, DurationText.format(interval), null, null, null, Map.of());
  }

  /** A completion after each time of a cron expression on the clocks of a zone. */
  public static ExpectationRequest cron(String name, String expression, String zone) {
    return new ExpectationRequest(name, null, null, null, expression, zone, null, Map.of());
  }

  /** The same with a time that a completion may take after its due time. */
  public ExpectationRequest within(Duration time) {
    return new ExpectationRequest(
        name, key, due, every, cron, zone, DurationText.format(time), labels);
  }

  /** The same for one of several of this name. */
  public ExpectationRequest key(String newKey) {
    return new ExpectationRequest(name, newKey, due, every, cron, zone, within, labels);
  }

  /** The same with labels. */
  public ExpectationRequest labels(Map<String, String> newLabels) {
    return new ExpectationRequest(name, key, due, every, cron, zone, within, Map.copyOf(newLabels));
  }
}
