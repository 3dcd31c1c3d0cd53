package io.tierflow.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is expected of work that Tierflow did not start.
 *
 * @param name its name
 * @param key tells apart several of one name; null when it has none
 * @param state WAITING, STARTED, OVERDUE, FAILED or SUCCEEDED; what has a schedule waits again
 *     after each success
 * @param due the one due time; null when it has a schedule
 * @param every the longest time between two completions, for example {@code 1h}; null for others
 * @param cron when the work starts; null for others
 * @param zone whose clocks the cron expression means; null for others
 * @param within how long after its due time a completion may come before it is flagged
 * @param labels the user's own
 * @param registeredAt since when this is expected
 * @param nextDueAt the due time that is awaited; null for none
 * @param flaggedAt when that is flagged unless a completion comes; null for none
 * @param startedAt when the work that has not ended since was reported to begin; null for none
 * @param reports the newest ten reports, the newest first
 * @param missing the flags that stand, and some of those that have cleared, oldest first
 */
public record ExpectationView(
    String name,
    String key,
    String state,
    Instant due,
    String every,
    String cron,
    String zone,
    String within,
    Map<String, String> labels,
    Instant registeredAt,
    Instant nextDueAt,
    Instant flaggedAt,
    Instant startedAt,
    List<ReportView> reports,
    List<FlagView> missing) {

  /**
   * What the work said of itself.
   *
   * @param id the same for each repetition of one report
   * @param at when it happened
   * @param status STARTED, SUCCEEDED or FAILED
   * @param message what was said with it; may be empty
   * @param verdict what it counted for: NOTED, ON_TIME, LATE, EARLY, DUPLICATE or STALE
   * @param dueAt the due time that it counted for; null for none
   */
  public record ReportView(
      String id, Instant at, String status, String message, String verdict, Instant dueAt) {}

  /**
   * A completion that is missing, or was.
   *
   * @param reason OVERDUE, SCHEDULE_MISSED or REPORTED_FAILED
   * @param dueAt the due time; null for a failure outside of any
   * @param message what was reported with a failure; else empty
   * @param since when it was flagged
   * @param clearedAt null while it stands
   */
  public record FlagView(
      String reason, Instant dueAt, String message, Instant since, Instant clearedAt) {}
}
