package io.tierflow.client;

/**
 * A limit that is worked out from the past: what it is, and from what.
 *
 * @param limit DEADLINE (of the run), QUEUE (dispatch to start) or RUN (start to completion)
 * @param pipeline null for the run's
 * @param stage null for the run's
 * @param atMostMs in milliseconds; null while fewer runs than {@code minimumRuns} are known: what
 *     holds without history does then
 * @param p99Ms the 99th percentile of what is known, in milliseconds; null when nothing is
 * @param runs how many past times that is the percentile of
 * @param minimumRuns how many it takes
 * @param factor how often the percentile the limit is
 */
public record BudgetView(
    String limit,
    String pipeline,
    String stage,
    Long atMostMs,
    Long p99Ms,
    int runs,
    int minimumRuns,
    double factor) {}
