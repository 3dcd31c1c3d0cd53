package io.tierflow.runner.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tierflow.machine.Decision;
import io.tierflow.machine.Event;
import io.tierflow.machine.Hold;
import io.tierflow.machine.Input;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.Stop;
import io.tierflow.machine.expect.ExpectEvent;
import io.tierflow.machine.expect.Flag;
import io.tierflow.machine.schedule.ScheduleEvent;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the engine counts. Thread-safe. */
final class EngineMeters {

  private final Map<Decision.Outcome, Counter> inputs = new EnumMap<>(Decision.Outcome.class);
  private final Map<Stop.Reason, Counter> stops = new EnumMap<>(Stop.Reason.class);
  private final Map<Hold, Counter> held = new EnumMap<>(Hold.class);
  private final Counter dispatched;
  private final Counter succeeded;
  private final Counter failed;
  private final Counter runsEnded;
  private final Counter undecodable;
  private final Counter deadLetters;
  private final Map<String, Counter> missing =
      new TreeMap<>(); // by reason, of runs and expectations
  private final StandingFlags standing;
  private final Timer duration;
  private final KeptRuns kept;

  EngineMeters(MeterRegistry registry) {
    for (Decision.Outcome outcome : Decision.Outcome.values()) {
      inputs.put(
          outcome,
          Counter.builder("tierflow.inputs")
              .description("Inputs decided, by what they were to their run")
              .tag("outcome", outcome.name())
              .register(registry));
    }
    for (Stop.Reason reason : Stop.Reason.values()) {
      stops.put(
          reason,
          Counter.builder("tierflow.stop.orders")
              .description("Orders to workers to end what no longer counts, by why it does not")
              .tag("reason", reason.name())
              .register(registry));
    }
    for (Hold hold : Hold.values()) {
      held.put(
          hold,
          Counter.builder("tierflow.attempts.held")
              .description("Attempts and for-eaches that were kept back, by why")
              .tag("reason", hold.name())
              .register(registry));
    }
    dispatched = counter(registry, "tierflow.attempts.dispatched", "Attempts sent to task topics");
    succeeded = counter(registry, "tierflow.attempts.succeeded", "Attempts that gave an output");
    failed = counter(registry, "tierflow.attempts.failed", "Attempts that failed");
    runsEnded = counter(registry, "tierflow.runs.ended", "Runs that ended, in whatever state");
    undecodable = counter(registry, "tierflow.records.undecodable", "Records set aside");
    deadLetters =
        counter(registry, "tierflow.dead.letters", "Dead letters of stages that failed for good");
    reasons()
        .forEach(
            reason ->
                missing.put(
                    reason,
                    Counter.builder("tierflow.missing.flagged")
                        .description("Missing completions flagged, by why")
                        .tag("reason", reason)
                        .register(registry)));
    standing = new StandingFlags(registry, reasons());
    kept = new KeptRuns(registry);
    duration =
        Timer.builder("tierflow.attempt.duration")
            .description("How long succeeded attempts ran, by their worker's clock")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
  }

  void decided(Input input, Decision decision) {
    inputs.get(decision.outcome()).increment();
    if (decision.outcome() != Decision.Outcome.ACCEPTED) {
      return;
    }
    if (input instanceof Input.Succeeded reply) {
      succeeded.increment();
      duration.record(java.time.Duration.between(reply.startedAt(), reply.endedAt()).abs());
    }
    dispatched.increment(decision.tasks().size());
    for (Event event : decision.events()) {
      if (event instanceof Event.TaskFailed) {
        failed.increment();
      } else if (event instanceof Event.TaskHeld hold) {
        held.get(hold.reason()).increment();
      } else if (event instanceof Event.FanOutHeld hold) {
        held.get(hold.reason()).increment();
      } else if (event instanceof Event.RunEnded) {
        runsEnded.increment();
      } else if (event instanceof Event.MissingFlagged flagged
          && flagged.flag().reason() != MissingRecord.Reason.SCHEDULE_MISSED) {
        missing.get(flagged.flag().reason().name()).increment();
      }
    }
  }

  /** What workers were told to stop. */
  void stopped(List<Stop> orders) {
    orders.forEach(order -> stops.get(order.reason()).increment());
  }

  /** What an expectation tells; only what rises is counted. */
  void told(List<ExpectEvent> events) {
    for (ExpectEvent event : events) {
      if (event instanceof ExpectEvent.Flagged flagged) {
        missing.get(flagged.flag().reason().name()).increment();
      }
    }
  }

  /** What a schedule tells; only what rises then is counted, not what is told once more. */
  void told(List<ScheduleEvent> events, Instant at) {
    for (ScheduleEvent event : events) {
      if (event instanceof ScheduleEvent.Flagged flagged && flagged.flag().since().equals(at)) {
        missing.get(ScheduleFlags.REASON).increment();
      }
    }
  }

  /** So many stages that failed for good were set aside. */
  void setAside(long letters) {
    deadLetters.increment((double) letters);
  }

  /** How many flags stand. */
  StandingFlags standing() {
    return standing;
  }

  /** How many runs are kept. */
  KeptRuns kept() {
    return kept;
  }

  /** An input to a run that is not known. */
  void unknownRun() {
    inputs.get(Decision.Outcome.UNKNOWN_RUN).increment();
  }

  void undecodable() {
    undecodable.increment();
  }

  private static Stream<String> reasons() {
    return Stream.concat(
            Arrays.stream(MissingRecord.Reason.values()), Arrays.stream(Flag.Reason.values()))
        .map(Enum::name)
        .distinct();
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }
}
