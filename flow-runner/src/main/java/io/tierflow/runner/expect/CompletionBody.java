package io.tierflow.runner.expect;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.machine.expect.Report.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A report of work that was started elsewhere, as JSON says it in a request and in a record.
 *
 * @param key empty for none
 * @param message cut to {@link #MAX_MESSAGE} characters; empty for none
 * @param at when it happened; empty for now
 * @param id makes a repetition known; empty for none
 */
public record CompletionBody(
    String key, Status status, String message, Optional<Instant> at, Optional<String> id) {

  /** The longest message that is kept, in characters. */
  public static final int MAX_MESSAGE = 1000;

  private static final int MAX_ID = 200;
  private static final Duration AHEAD = Duration.ofMinutes(1);
  private static final List<String> STATUSES =
      Arrays.stream(Status.values()).map(Status::name).toList();
  private static final Set<String> IN_REQUEST = Set.of("key", "status", "message", "at", "id");
  private static final Set<String> IN_RECORD =
      Set.of("name", "key", "status", "message", "at", "id");

  /** A report in a record, which names what it is about. */
  public record Named(String name, CompletionBody body) {}

  /**
   * Reads a request's.
   *
   * @param now the runner's clock: what happened later than that is refused
   * @throws InvalidBodyException if it is none; the message names field, found and expected
   */
  public static CompletionBody ofRequest(JsonNode body, Instant now) {
    BodyFields fields = new BodyFields(body, IN_REQUEST);
    CompletionBody read = read(fields);
    if (read.at().filter(at -> at.isAfter(now.plus(AHEAD))).isPresent()) {
      fields.add("at", "'" + read.at().get() + "'", "a time that is not to come");
    }
    fields.check();
    return read;
  }

  /**
   * Reads a record's.
   *
   * @param recordKey stands in for a name that it does not give; may be null
   * @throws InvalidBodyException if it is none; the message names field, found and expected
   */
  public static Named ofRecord(JsonNode body, String recordKey) {
    BodyFields fields = new BodyFields(body, IN_RECORD);
    String name = fields.name(recordKey);
    CompletionBody read = read(fields);
    fields.check();
    return new Named(name, read);
  }

  private static CompletionBody read(BodyFields fields) {
    String message = fields.text("message", "a string").orElse("");
    Optional<String> id = fields.text("id", "a string of 1 to 200 characters");
    if (id.filter(text -> text.isBlank() || text.length() > MAX_ID).isPresent()) {
      fields.add("id", "'" + id.get() + "'", "a string of 1 to 200 characters");
    }
    return new CompletionBody(
        fields.key(),
        status(fields),
        message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…",
        fields.time("at", "a time such as 2026-11-24T15:00:00Z"),
        id);
  }

  private static Status status(BodyFields fields) {
    String expected = "one of " + String.join(", ", STATUSES);
    String text = fields.text("status", expected).orElse(Status.SUCCEEDED.name());
    String word = text.toUpperCase(Locale.ROOT);
    if (!STATUSES.contains(word)) {
      fields.add("status", "'" + text + "'", expected);
      return Status.SUCCEEDED;
    }
    return Status.valueOf(word);
  }
}
