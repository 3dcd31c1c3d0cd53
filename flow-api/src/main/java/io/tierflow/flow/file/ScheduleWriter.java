package io.tierflow.flow.file;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.flow.Schedule;

/** Writes {@code every} or {@code cron}, and of {@code schedule} what is not the default. */
final class ScheduleWriter {

  private ScheduleWriter() {}

  static void write(Schedule schedule, ObjectNode flow) {
    Schedule defaults = Schedule.of(schedule.timing());
    ObjectNode map = JsonNodeFactory.instance.objectNode();
    if (schedule.timing() instanceof Cron cron) {
      flow.put("cron", cron.expression());
      if (!cron.zone().equals(Cron.UTC)) {
        map.put("zone", cron.zone().getId());
      }
    } else if (schedule.timing() instanceof Every every) {
      flow.put("every", DurationText.format(every.interval()));
    }
    if (schedule.catchUp() != defaults.catchUp()) {
      map.put("catch-up", ScheduleReader.word(schedule.catchUp()));
    }
    if (schedule.overlap() != defaults.overlap()) {
      map.put("overlap", ScheduleReader.word(schedule.overlap()));
    }
    if (!schedule.jitter().isZero()) {
      map.put("jitter", DurationText.format(schedule.jitter()));
    }
    if (!schedule.input().equals(defaults.input())) {
      map.set("input", schedule.input());
    }
    schedule
        .completeWithin()
        .ifPresent(within -> map.put("complete-within", DurationText.format(within)));
    if (!map.isEmpty()) {
      flow.set("schedule", map);
    }
  }
}
