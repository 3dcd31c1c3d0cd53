package io.tierflow.runner.engine;

import io.tierflow.machine.Attempt;
import io.tierflow.machine.Budget;
import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.RunState;
import io.tierflow.machine.Series;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.TaskKey;
import io.tierflow.schemas.PastTimes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Notes how long the runs of one partition and their tasks took, and tells all runners every two
 * seconds. The topic is the only memory: whoever takes the partition over goes on from what was
 * told last, and the times of the last two seconds before a crash are lost. It is a statistic, not
 * an account. One thread owns it.
 */
final class TimesDesk {

  /** How often it is told. */
  static final Duration TICK = Duration.ofSeconds(2);

  /** How many of the newest times of a series are kept. */
  static final int KEPT = 128;

  private final int partition;
  private final EngineParts parts;
  private final Map<Series, Deque<Long>> times = new HashMap<>();
  private final Set<Series> changed = new HashSet<>();

  TimesDesk(int partition, EngineParts parts) {
    this.partition = partition;
    this.parts = parts;
  }

  /** Takes note of what a decision ended; one that was made before is passed over. */
  void decided(Plan plan, Decision decision) {
    if (decision.outcome() != Decision.Outcome.ACCEPTED) {
      return;
    }
    String flow = plan.flow().name();
    for (Event event : decision.events()) {
      if (event instanceof Event.TaskSucceeded done) {
        StageRecord record = (StageRecord) decision.entries().get(EntryKey.of(done.task()));
        record
            .attempt(done.attempt())
            .filter(attempt -> attempt.startedAt() != null)
            .ifPresent(attempt -> succeeded(flow, done.task(), attempt));
      } else if (event instanceof Event.RunEnded ended && ended.state() == RunState.SUCCEEDED) {
        RunRecord run = (RunRecord) decision.entries().get(EntryKey.RUN);
        if (run.replayOf() == null) { // a replay takes much of its work from an earlier run
          took(Series.ofRuns(flow), run.submittedAt(), run.endedAt());
        }
      }
    }
  }

  private void succeeded(String flow, TaskKey task, Attempt attempt) {
    String tier = attempt.lane(); // the same class by another launcher may be another machine
    took(Series.of(Budget.Kind.QUEUE, flow, task, tier), attempt.queuedAt(), attempt.startedAt());
    took(Series.of(Budget.Kind.RUN, flow, task, tier), attempt.startedAt(), attempt.endedAt());
  }

  // The clocks of runner and worker are not one.
  private void took(Series series, Instant from, Instant to) {
    Deque<Long> some =
        times.computeIfAbsent(series, name -> new ArrayDeque<>(parts.times().of(name, partition)));
    some.addLast(Math.max(0, Duration.between(from, to).toMillis()));
    while (some.size() > KEPT) {
      some.removeFirst();
    }
    changed.add(series);
  }

  /** What is to be told now. */
  List<Outgoing> due(Instant now) {
    List<Outgoing> all = new ArrayList<>();
    for (Series series : changed) {
      PastTimes past =
          new PastTimes(
              series.kind().name(),
              series.flow(),
              series.pipeline(),
              series.stage(),
              series.resourceClass(),
              partition,
              now,
              List.copyOf(times.get(series)));
      String topic = parts.topics().times();
      all.add(new Outgoing(topic, key(series), parts.codec().encode(topic, past)));
    }
    changed.clear();
    return all;
  }

  private byte[] key(Series series) {
    return String.join(
            "/",
            series.kind().name(),
            series.flow(),
            Objects.requireNonNullElse(series.pipeline(), ""),
            Objects.requireNonNullElse(series.stage(), ""),
            Objects.requireNonNullElse(series.resourceClass(), ""),
            String.valueOf(partition))
        .getBytes(StandardCharsets.UTF_8);
  }
}
