package io.tierflow.runner.engine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.Priority;
import io.tierflow.machine.Event;
import io.tierflow.machine.FanOut;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.Plan;
import io.tierflow.machine.TaskKey;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The machine's events as the public log has them. An event's id follows from what it says, so that
 * a repetition after a crash has the same.
 */
final class PublicEvents {

  /** What an event takes beside its payload and its texts. */
  private static final int ENVELOPE_BYTES = 1_000;

  /** No character takes more than three bytes per char. */
  private static final int BYTES_PER_CHAR = 3;

  /** From here on the next event goes into a record of its own; one alone may be larger. */
  private static final int MAX_BYTES = 256 * 1024;

  private static final String HEARTBEAT_TIMEOUT = "heartbeatTimeout";
  private static final String SINCE = "since";

  private final Outbound outbound;
  private final InstantTexts texts = new InstantTexts();

  PublicEvents(Outbound outbound) {
    this.outbound = outbound;
  }

  /** The events of one decision: one record, or several where one would be too large. */
  List<RunEvents> of(String runId, Plan plan, List<Event> events, Instant now) {
    List<RunEvents> records = new ArrayList<>();
    List<RunEvent> some = new ArrayList<>();
    long bytes = 0;
    for (Event event : events) {
      if (event instanceof Event.FanOutHeld || event instanceof Event.FanOutReleased) {
        continue; // how elements wait shows in the run; that each is sent is an event of its own
      }
      RunEvent next = of(event, now);
      long size = ENVELOPE_BYTES + payloadBytes(next) + textBytes(next);
      if (!some.isEmpty() && bytes + size > MAX_BYTES) {
        records.add(record(runId, plan, now, some));
        some = new ArrayList<>();
        bytes = 0;
      }
      some.add(next);
      bytes += size;
    }
    if (!some.isEmpty()) {
      records.add(record(runId, plan, now, some));
    }
    return records;
  }

  private static RunEvents record(String runId, Plan plan, Instant now, List<RunEvent> events) {
    return new RunEvents(runId, plan.flow().name(), plan.version(), now, events, null, null);
  }

  private static long payloadBytes(RunEvent event) {
    return event.getPayload() == null || event.getPayload().getBytes() == null
        ? 0
        : event.getPayload().getBytes().remaining();
  }

  private static long textBytes(RunEvent event) {
    long chars = 0;
    for (Map.Entry<String, String> detail : event.getDetail().entrySet()) {
      chars += detail.getKey().length() + detail.getValue().length();
    }
    io.tierflow.schemas.Failure failure = event.getFailure();
    if (failure != null) {
      chars += failure.getMessage().length();
      chars += failure.getDetail() == null ? 0 : failure.getDetail().length();
    }
    return BYTES_PER_CHAR * chars;
  }

  private RunEvent of(Event event, Instant now) {
    RunEvent.Builder to =
        RunEvent.newBuilder()
            .setType(TYPES.get(event.getClass()))
            // Every field is set: what is not, the builder would work out anew for each event.
            .setPipeline(null)
            .setStage(null)
            .setIndex(null)
            .setAttempt(null)
            .setResourceClass(null)
            .setWorker(null)
            .setFailure(null)
            .setPayload(null)
            .setDetail(Map.of());
    fill(to, event);
    return to.setEventId(id(to, now) + particulars(to)).build();
  }

  private void fill(RunEvent.Builder to, Event event) {
    if (event instanceof Event.RunSubmitted e) {
      Map<String, String> detail = new HashMap<>(e.labels());
      e.replay().ifPresent(replay -> detail.put("replayOf", replay.of()));
      e.learned().forEach((stage, tier) -> detail.put("learned:" + stage, tier));
      if (e.priority() != Priority.NORMAL) {
        detail.put("priority", e.priority().word());
      }
      to.setPayload(outbound.payload(e.input())).setDetail(detail);
    } else if (event instanceof Event.PipelineStarted e) {
      to.setPipeline(e.pipeline());
    } else if (event instanceof Event.FanOutStarted e) {
      at(to, e.task()).setDetail(Map.of("total", String.valueOf(e.total())));
    } else if (event instanceof Event.FanOutRecounted e) {
      at(to, e.task()).setDetail(counts(e.counts()));
    } else if (event instanceof Event.ElementsReused e) {
      at(to, e.task()).setDetail(counts(e.counts()));
    } else if (event instanceof Event.TaskDispatched e) {
      at(to, e.task()).setAttempt(e.attempt()).setResourceClass(e.resourceClass());
    } else if (event instanceof Event.TaskHeld e) {
      at(to, e.task())
          .setAttempt(e.attempt())
          .setResourceClass(e.resourceClass())
          .setDetail(Map.of("reason", e.reason().name()));
    } else if (event instanceof Event.TaskStarted e) {
      at(to, e.task()).setAttempt(e.attempt()).setWorker(e.worker()).setDetail(started(e));
    } else if (event instanceof Event.TaskProgressed e) {
      at(to, e.task())
          .setAttempt(e.attempt())
          .setDetail(
              Map.of(
                  "progress", String.valueOf(e.fraction()),
                  "message", String.valueOf(e.message())));
    } else if (event instanceof Event.TaskSucceeded e) {
      at(to, e.task())
          .setAttempt(e.attempt())
          .setWorker(e.ending().worker())
          .setPayload(outbound.payload(e.output()))
          .setDetail(times(e.ending().startedAt(), e.ending().endedAt()));
    } else if (event instanceof Event.TaskFailed e) {
      at(to, e.task())
          .setAttempt(e.attempt())
          .setWorker(e.ending().worker())
          .setDetail(times(e.ending().startedAt(), e.ending().endedAt()));
      failed(to, e.ending().failure());
    } else if (event instanceof Event.TaskEscalated e) {
      at(to, e.task())
          .setAttempt(e.attempt())
          .setResourceClass(e.to())
          .setDetail(Map.of("from", e.from()));
    } else if (event instanceof Event.RetryScheduled e) {
      at(to, e.task())
          .setAttempt(e.retry().attempt())
          .setResourceClass(e.retry().resourceClass())
          .setDetail(Map.of("dueAt", e.retry().dueAt().toString()));
    } else if (event instanceof Event.StageSkipped e) {
      at(to, e.task());
    } else if (event instanceof Event.StageSucceeded e) {
      at(to, e.task());
    } else if (event instanceof Event.StageFailed e) {
      failed(at(to, e.task()), e.failure());
    } else if (event instanceof Event.StageCancelled e) {
      at(to, e.task());
    } else if (event instanceof Event.PipelineEnded e) {
      to.setPipeline(e.pipeline()).setDetail(Map.of("state", e.state().name()));
    } else if (event instanceof Event.RunEnded e) {
      failed(to.setDetail(Map.of("state", e.state().name())), e.failure());
    } else if (event instanceof Event.RunPaused || event instanceof Event.RunResumed) {
      to.setDetail(Map.of()); // it says all by its name
    } else if (event instanceof Event.MissingFlagged e) {
      missing(to, e.flag());
    } else if (event instanceof Event.MissingCleared e) {
      missing(to, e.flag());
    } else if (event instanceof Event.ReplyIgnored e) {
      at(to, e.task()).setAttempt(e.attempt()).setWorker(e.worker());
    } else {
      throw new IllegalStateException("an event that the public log has no words for: " + event);
    }
  }

  private static RunEvent.Builder at(RunEvent.Builder to, TaskKey task) {
    return task == null
        ? to
        : to.setPipeline(task.pipeline())
            .setStage(task.stage())
            .setIndex(task.isElement() ? task.index() : null);
  }

  private static void missing(RunEvent.Builder to, MissingRecord.Flag flag) {
    Map<String, String> detail = new HashMap<>();
    detail.put("reason", flag.reason().name());
    detail.put(SINCE, flag.since().toString());
    if (flag.launcher() != null) {
      detail.put("launcher", flag.launcher().word());
    }
    if (flag.isLack()) {
      detail.put("handler", flag.wanted().handler());
      detail.put("detail", flag.wanted().detail());
    }
    at(to, flag.task())
        .setAttempt(flag.attempt())
        .setResourceClass(flag.resourceClass())
        .setDetail(detail);
  }

  private static void failed(RunEvent.Builder to, Failure failure) {
    to.setFailure(failure == null ? null : Outbound.failure(failure));
  }

  private static Map<String, String> counts(FanOut counts) {
    return Map.of(
        "sent", String.valueOf(counts.sent()),
        "succeeded", String.valueOf(counts.succeeded()),
        "failed", String.valueOf(counts.failed()));
  }

  private static Map<String, String> started(Event.TaskStarted event) {
    Map<String, String> detail = new HashMap<>();
    detail.put("startedAt", event.startedAt().toString());
    event.handedOver().ifPresent(timeout -> detail.put(HEARTBEAT_TIMEOUT, timeout.toString()));
    return detail;
  }

  private Map<String, String> times(Instant startedAt, Instant endedAt) {
    return startedAt == null
        ? Map.of("endedAt", texts.of(endedAt))
        : Map.of("startedAt", texts.of(startedAt), "endedAt", texts.of(endedAt));
  }

  // RunSubmitted becomes RUN_SUBMITTED. Looked up once per class: this is on the way of every
  // reply.
  private static final ClassValue<String> TYPES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return type.getSimpleName()
              .replaceAll("([a-z])([A-Z])", "$1_$2")
              .toUpperCase(Locale.ROOT);
        }
      };

  private static final Set<String> REPEATABLE =
      Set.of("TASK_PROGRESSED", "REPLY_IGNORED", "RUN_PAUSED", "RUN_RESUMED");

  private static String id(RunEvent.Builder event, Instant now) {
    String subject = event.getType();
    subject += event.getPipeline() == null ? "" : "/" + event.getPipeline();
    subject += event.getStage() == null ? "" : "/" + event.getStage();
    subject += event.getIndex() == null ? "" : "/" + event.getIndex();
    subject += event.getAttempt() == null ? "" : "#" + event.getAttempt();
    // Only these may come again and mean something new.
    return REPEATABLE.contains(event.getType()) ? subject + "@" + now.toEpochMilli() : subject;
  }

  // What tells apart the events of one attempt or stage that share all else: an attempt starts once
  // more when it is handed over, or comes to another worker; counts are made anew at each recovery.
  private static String particulars(RunEvent.Builder event) {
    Map<String, String> detail = event.getDetail();
    return switch (event.getType()) {
      case "TASK_STARTED" ->
          "/"
              + event.getWorker()
              + "@"
              + detail.get("startedAt")
              + (detail.containsKey(HEARTBEAT_TIMEOUT) ? "/handed-over" : "");
      case "FAN_OUT_RECOUNTED", "ELEMENTS_REUSED" ->
          "/" + detail.get("sent") + "," + detail.get("succeeded") + "," + detail.get("failed");
      // A flag may rise and clear several times for one attempt.
      case "MISSING_FLAGGED", "MISSING_CLEARED" ->
          "/" + detail.get("reason") + "@" + detail.get(SINCE);
      default -> "";
    };
  }
}
