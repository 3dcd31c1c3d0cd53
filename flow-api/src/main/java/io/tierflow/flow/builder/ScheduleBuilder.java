package io.tierflow.flow.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.Schedule;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;

/** Says how a schedule is kept; what is not said has its default. Not thread-safe. */
public final class ScheduleBuilder {

  private final ObjectNode json = JsonNodeFactory.instance.objectNode();

  ScheduleBuilder() {}

  ObjectNode json() {
    return json;
  }

  /** Whose clocks a cron expression is read on; default UTC. */
  public ScheduleBuilder zone(ZoneId zone) {
    json.put("zone", zone.getId());
    return this;
  }

  /** What becomes of due times that no runner was there for; default LAST. */
  public ScheduleBuilder catchUp(Schedule.CatchUp policy) {
    json.put("catch-up", policy.name().toLowerCase(Locale.ROOT));
    return this;
  }

  /** What becomes of a due time while an earlier one's run is still out; default SKIP. */
  public ScheduleBuilder overlap(Schedule.Overlap policy) {
    json.put("overlap", policy.name().toLowerCase(Locale.ROOT));
    return this;
  }

  /** Starts each run up to this much after its due time; default zero. */
  public ScheduleBuilder jitter(Duration most) {
    json.put("jitter", SettingsBuilder.text(most));
    return this;
  }

  /** What each run gets; default an empty object. */
  public ScheduleBuilder input(JsonNode input) {
    json.set("input", input);
    return this;
  }

  /** Flags a run that has not ended this long after its due time; default not watched. */
  public ScheduleBuilder completeWithin(Duration limit) {
    json.put("complete-within", SettingsBuilder.text(limit));
    return this;
  }
}
