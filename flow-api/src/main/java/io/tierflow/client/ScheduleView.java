package io.tierflow.client;

import java.time.Instant;

/**
 * When a flow runs by itself: by an interval, or by a cron expression on the clocks of a zone (the
 * others are null), and its next due time.
 */
public record ScheduleView(String every, String cron, String zone, Instant nextDueAt) {}
