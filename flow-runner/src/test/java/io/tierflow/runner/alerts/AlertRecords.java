package io.tierflow.runner.alerts;

import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.wire.SingleObjectCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Records of the event log as the engine writes them. */
final class AlertRecords {

  static final Instant AT = Instant.parse("2026-11-24T10:00:00.123Z");

  private AlertRecords() {}

  /** One decision in which a stage was dispatched and these were flagged. */
  static byte[] flagged(String topic, String runId, String... stages) {
    return record(topic, runId, "MISSING_FLAGGED", stages);
  }

  /** The same for flags that cleared. */
  static byte[] cleared(String topic, String runId, String... stages) {
    return record(topic, runId, "MISSING_CLEARED", stages);
  }

  private static byte[] record(String topic, String runId, String type, String... stages) {
    List<RunEvent> events = new ArrayList<>();
    events.add(event("TASK_DISPATCHED", "other", Map.of()));
    for (String stage : stages) {
      events.add(event(type, stage, Map.of("reason", "NO_WORKERS", "since", AT.toString())));
    }
    return new SingleObjectCodec()
        .encode(topic, new RunEvents(runId, "weather", 1, AT, events, null, null));
  }

  private static RunEvent event(String type, String stage, Map<String, String> detail) {
    return RunEvent.newBuilder()
        .setEventId(type + "/main/" + stage + "#1")
        .setType(type)
        .setPipeline("main")
        .setStage(stage)
        .setAttempt(1)
        .setResourceClass("large")
        .setDetail(detail)
        .build();
  }
}
