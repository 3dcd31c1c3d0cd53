package io.tierflow.runner.engine;

import io.tierflow.client.MissingCompletion;
import io.tierflow.machine.schedule.Missed;
import io.tierflow.machine.schedule.ScheduleEvent;
import io.tierflow.machine.schedule.Undone;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.wire.WireCodec;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What schedules miss, as the public log and the list of what is missing have it. */
final class ScheduleNews {

  private static final String CLEARS = "clears when this due time, or a later one, is done";
  private static final String CLEARS_LAST =
      "clears when the last that was missed, or a later one, is done";

  private final WireCodec codec;
  private final String topic;

  ScheduleNews(WireCodec codec, String topic) {
    this.codec = codec;
    this.topic = topic;
  }

  /** The events of one input: a record for each. */
  List<Outgoing> of(String flow, List<ScheduleEvent> told) {
    return told.stream().map(event -> of(flow, event)).toList();
  }

  private Outgoing of(String flow, ScheduleEvent event) {
    Missed flag = event.flag();
    boolean rises = event instanceof ScheduleEvent.Flagged;
    Map<String, String> detail = new HashMap<>();
    detail.put("reason", ScheduleFlags.REASON);
    detail.put("since", flag.since().toString());
    detail.put("dueAt", flag.due().toString());
    detail.put("detail", rises ? words(flag.why()) : clearedBy(flag));
    if (flag.why().hasRun()) {
      detail.put("runId", ScheduledRuns.id(flow, flag.due()));
    }
    String type = rises ? "MISSING_FLAGGED" : "MISSING_CLEARED";
    RunEvent what =
        RunEvent.newBuilder()
            .setEventId(type + "/" + flow + "/" + ScheduleFlags.REASON + "@" + flag.since())
            .setType(type)
            .setDetail(detail)
            .build();
    Instant at = rises ? flag.since() : flag.clearedAt();
    RunEvents record = new RunEvents("", flow, 0, at, List.of(what), null, null);
    return new Outgoing(topic, codec.encode(topic, record));
  }

  /** A flag in the list of all that is missing. */
  static MissingCompletion completion(String flow, Missed flag) {
    MissingCompletion missing =
        new MissingCompletion(
            flag.why().hasRun() ? ScheduledRuns.id(flow, flag.due()) : null,
            flow,
            ScheduleFlags.REASON,
            null,
            null,
            null,
            null,
            null,
            null,
            flag.since(),
            flag.last().equals(flag.due()) ? CLEARS : CLEARS_LAST);
    String more =
        flag.last().equals(flag.due()) ? "" : "; more were missed, the last due at " + flag.last();
    return missing
        .withDetail(words(flag.why()) + more)
        .dueAt(flag.due())
        .cleared(flag.clearedAt(), flag.isOpen() ? null : clearedBy(flag));
  }

  private static String clearedBy(Missed flag) {
    if (flag.doneBy() != null) {
      return "what was due at " + flag.doneBy() + " is done";
    }
    return flag.why() == Undone.UNDECIDED
        ? "the flow was applied again"
        : "the schedule is not watched any more";
  }

  private static String words(Undone why) {
    return switch (why) {
      case RUNNING -> "its run has not ended";
      case WAITING -> "its run waits for those of earlier due times";
      case FAILED -> "its run failed";
      case CANCELLED -> "its run was cancelled";
      case OVERLAP -> "it has no run, since that of an earlier due time had not ended";
      case CATCH_UP -> "it has no run, since no runner was there for it";
      case REPLANNED -> "it has no run, since the schedule was changed while it waited";
      case UNDECIDED ->
          "nothing of its schedule is run: a dead letter says why; apply the flow again";
    };
  }
}
