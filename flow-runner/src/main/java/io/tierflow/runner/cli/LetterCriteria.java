package io.tierflow.runner.cli;

import io.tierflow.client.ApiJson;
import io.tierflow.flow.file.DurationText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** The options that choose dead letters, all of them combined. */
final class LetterCriteria {

  @Option(names = "--flow", paramLabel = "FLOW", description = "Only of this flow.")
  private String flow;

  @Option(
      names = "--error",
      paramLabel = "KIND",
      description =
          "Only with this kind of failure: HANDLER_ERROR, INVALID_INPUT, TIMED_OUT, OUT_OF_MEMORY,"
              + " WORKER_LOST, UNKNOWN_HANDLER, UNDECODABLE, CANCELLED or DEFERRED.")
  private String error;

  @Option(
      names = "--message",
      paramLabel = "REGEX",
      description = "Only where this is found in the failure's message.")
  private String message;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Only set aside then or later: a time such as 2026-11-24T15:00:00Z, or how long ago, such"
              + " as 2h or 3d.")
  private String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Only set aside before.")
  private String until;

  @Option(names = "--run", paramLabel = "RUN", description = "Only of this run.")
  private String run;

  /**
   * The criteria as the API names them.
   *
   * @param now what times ago are counted from
   * @throws CliFailure if a time is not valid
   */
  Map<String, String> asOf(Instant now) {
    Map<String, String> criteria = new TreeMap<>();
    put(criteria, "flow", flow);
    put(criteria, "error", error);
    put(criteria, "message", message);
    put(criteria, "since", since == null ? null : time("--since", since, now));
    put(criteria, "until", until == null ? null : time("--until", until, now));
    put(criteria, "runId", run);
    return criteria;
  }

  /** Whether none is given. */
  boolean isEmpty() {
    return flow == null
        && error == null
        && message == null
        && since == null
        && until == null
        && run == null;
  }

  private static void put(Map<String, String> criteria, String name, String value) {
    if (value != null) {
      criteria.put(name, value);
    }
  }

  private static String time(String option, String text, Instant now) {
    try {
      return ApiJson.format(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return ago(option, text, now);
    }
  }

  private static String ago(String option, String text, Instant now) {
    try {
      return ApiJson.format(now.minus(DurationText.parse(text)));
    } catch (IllegalArgumentException e) {
      throw CliFailure.invalid(
          option
              + ": found '"
              + text
              + "', expected a time such as 2026-11-24T15:00:00Z, or how long ago, such as 2h or 3d");
    }
  }
}
