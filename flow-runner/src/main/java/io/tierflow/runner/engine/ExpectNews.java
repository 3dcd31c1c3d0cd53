package io.tierflow.runner.engine;

import io.tierflow.machine.expect.ExpectEvent;
import io.tierflow.machine.expect.Flag;
import io.tierflow.runner.expect.ExpectationService.Subject;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.wire.WireCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What rises and clears of expectations, as the public log has it. */
final class ExpectNews {

  private final WireCodec codec;
  private final String topic;

  ExpectNews(WireCodec codec, String topic) {
    this.codec = codec;
    this.topic = topic;
  }

  /** The events of one input, which all have its time: one record, or none. */
  List<Outgoing> of(Subject subject, List<ExpectEvent> told) {
    List<RunEvent> events = new ArrayList<>();
    Instant at = null;
    for (ExpectEvent event : told) {
      if (event instanceof ExpectEvent.Flagged flagged) {
        events.add(event("MISSING_FLAGGED", subject, flagged.flag()));
        at = flagged.flag().since();
      } else if (event instanceof ExpectEvent.Cleared cleared) {
        events.add(event("MISSING_CLEARED", subject, cleared.flag()));
        at = cleared.at();
      }
    }
    if (events.isEmpty()) {
      return List.of();
    }
    String key = subject.key().isEmpty() ? null : subject.key();
    RunEvents record = new RunEvents("", "", 0, at, events, subject.name(), key);
    return List.of(new Outgoing(topic, codec.encode(topic, record)));
  }

  private static RunEvent event(String type, Subject subject, Flag flag) {
    Map<String, String> detail = new HashMap<>();
    detail.put("reason", flag.reason().name());
    detail.put("since", flag.since().toString());
    if (flag.due() != null) {
      detail.put("dueAt", flag.due().toString());
    }
    if (!flag.message().isEmpty()) {
      detail.put("message", flag.message());
    }
    return RunEvent.newBuilder()
        .setEventId(type + "/" + subject.key() + "/" + flag.reason() + "@" + flag.since())
        .setType(type)
        .setDetail(detail)
        .build();
  }
}
