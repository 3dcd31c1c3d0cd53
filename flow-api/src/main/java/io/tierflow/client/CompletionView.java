package io.tierflow.client;

import java.time.Instant;

/**
 * What became of a report.
 *
 * @param name of which expectation
 * @param key which of several of that name; null for the one without
 * @param id the report's id
 * @param verdict what it counted for: NOTED, ON_TIME, LATE, EARLY, DUPLICATE or STALE
 * @param dueAt the due time that it counted for; null for none
 * @param nextDueAt the due time that is awaited now; null for none
 * @param words the same for a person
 */
public record CompletionView(
    String name,
    String key,
    String id,
    String verdict,
    Instant dueAt,
    Instant nextDueAt,
    String words) {}
