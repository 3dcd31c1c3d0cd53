package io.tierflow.local;

import io.tierflow.flow.Rate;
import io.tierflow.machine.TaskKey;
import io.tierflow.machine.rate.StartLog;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Keeps the rates of all stages of a runner's flows, over all of its runs. Not thread-safe. */
final class LocalRates {

  private final LocalClock clock;
  private final Map<String, StartLog> logs = new HashMap<>();

  LocalRates(LocalClock clock) {
    this.clock = clock;
  }

  /** Whether an attempt may be sent now; then it counts as sent. */
  boolean start(String flow, TaskKey task, Rate rate) {
    StartLog log = log(flow, task);
    boolean may = log.within(rate, clock.millis()) < rate.calls();
    if (may) {
      log.add(rate, clock.millis());
    }
    return may;
  }

  /** When the next may be sent. */
  Instant nextAt(String flow, TaskKey task, Rate rate) {
    OptionalLong later = log(flow, task).nextAt(rate, clock.millis());
    return later.isPresent() ? Instant.ofEpochMilli(later.getAsLong()) : clock.instant();
  }

  private StartLog log(String flow, TaskKey task) {
    return logs.computeIfAbsent(flow + "/" + task.whole(), stage -> new StartLog());
  }
}
