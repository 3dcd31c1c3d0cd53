package io.tierflow.runner.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.ScheduleView;
import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.flow.Timing;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.DurationText;
import io.tierflow.flow.file.FlowReader;
import java.time.Instant;

/** Shows when a flow runs by itself. */
final class ScheduleViews {

  private ScheduleViews() {}

  /** Null when it does not. */
  static ScheduleView of(String flow, JsonNode definition, Instant now) {
    if (!definition.has("every") && !definition.has("cron")) {
      return null; // spares reading the whole flow
    }
    return FlowReader.read(flow, definition, Catalog.UNCHECKED)
        .schedule()
        .map(schedule -> of(schedule.timing(), now))
        .orElse(null);
  }

  private static ScheduleView of(Timing timing, Instant now) {
    Instant next = timing.next(now);
    if (timing instanceof Cron cron) {
      return new ScheduleView(null, cron.expression(), cron.zone().getId(), next);
    }
    String interval = DurationText.format(((Every) timing).interval());
    return new ScheduleView(interval, null, null, next);
  }
}
