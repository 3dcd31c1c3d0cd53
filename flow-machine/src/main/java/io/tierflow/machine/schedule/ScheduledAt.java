package io.tierflow.machine.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The label by which a run knows the due time that it was started for. */
public final class ScheduledAt {

  /** Its key; the value is RFC 3339. */
  public static final String LABEL = "tierflow.scheduled-at";

  private ScheduledAt() {}

  /** The labels of the run of a due time. */
  public static Map<String, String> labels(Instant due) {
    return Map.of(LABEL, due.toString());
  }

  /** The due time; empty where there is none, or what a user gave as one is no time. */
  public static Optional<Instant> of(Map<String, String> labels) {
    try {
      return Optional.ofNullable(labels.get(LABEL)).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
