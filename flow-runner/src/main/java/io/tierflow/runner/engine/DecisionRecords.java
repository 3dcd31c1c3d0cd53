package io.tierflow.runner.engine;

import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.RunMachine;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.Stop;
import io.tierflow.machine.TaskOrder;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageTask;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * Works out every record that follows from a decision, before any of them is sent: tasks, orders to
 * stop, public events, dead letters, what was learned, the end of a scheduled run. One thread owns
 * it.
 */
final class DecisionRecords {

  private final WireCodec codec;
  private final TopicNames topics;
  private final Outbound outbound;
  private final PublicEvents publicEvents;
  private final LearnedClasses learned;

  DecisionRecords(EngineParts parts) {
    this.codec = parts.codec();
    this.topics = parts.topics();
    this.outbound = parts.outbound();
    this.publicEvents = new PublicEvents(outbound);
    this.learned = parts.learned();
  }

  /**
   * A decision on a run.
   *
   * @param after the run as the decision leaves it
   */
  record Decided(String runId, Plan plan, Decision decision, RunEntries after) {}

  /** Tasks come first, only because somebody waits for them. */
  List<Outgoing> of(Decided decided, List<Stop> stops, Instant now) {
    List<Outgoing> records = new ArrayList<>();
    for (TaskOrder order : decided.decision().tasks()) {
      records.add(
          outgoing(
              topics.tasks(order.lane()), outbound.task(decided.runId(), decided.plan(), order)));
    }
    for (Stop stop : stops) {
      records.add(outgoing(topics.control(), Outbound.stop(decided.runId(), stop, now)));
    }
    for (RunEvents changes :
        publicEvents.of(decided.runId(), decided.plan(), decided.decision().events(), now)) {
      records.add(outgoing(topics.events(), changes));
    }
    for (Event event : decided.decision().events()) {
      follows(decided, event, now, records);
    }
    return records;
  }

  private void follows(Decided decided, Event event, Instant now, List<Outgoing> records) {
    if (event instanceof Event.StageFailed failed) {
      deadLetter(decided, failed, now, records);
    } else if (event instanceof Event.TaskEscalated step) {
      learned.after(decided.plan(), step, now).ifPresent(records::add);
    } else if (event instanceof Event.RunEnded) {
      RunRecord run = (RunRecord) decided.decision().entries().get(EntryKey.RUN);
      ScheduledRuns.ended(decided.runId(), run, now)
          .map(command -> Outgoing.command(codec, topics, command))
          .ifPresent(records::add);
    }
  }

  // A stage that failed for good is set aside with its input and its history, to be replayed; one
  // that failed as the sum of its elements has their letters.
  private void deadLetter(
      Decided decided, Event.StageFailed failed, Instant now, List<Outgoing> records) {
    StageRecord record =
        (StageRecord) decided.after().get(EntryKey.of(failed.task())).orElseThrow();
    if (record.fanOut() != null) {
      return;
    }
    TaskOrder order =
        record.attempts().isEmpty()
            ? RunMachine.unsentOrder(
                decided.runId(), decided.plan(), decided.after(), failed.task(), now)
            : RunMachine.newestOrder(
                decided.runId(), decided.plan(), decided.after(), failed.task(), now);
    StageTask task = outbound.task(decided.runId(), decided.plan(), order);
    records.add(
        outgoing(
            topics.deadLetters(),
            outbound.deadLetter(decided.runId(), task, record, failed.failure(), now)));
  }

  /** Whether one of these sets a stage aside. */
  boolean isDeadLetter(Outgoing outgoing) {
    return outgoing.topic().equals(topics.deadLetters());
  }

  private Outgoing outgoing(String topic, SpecificRecord record) {
    int limit =
        topic.equals(topics.deadLetters())
            ? RecordLimits.MAX_LARGE_RECORD_BYTES
            : RecordLimits.MAX_RECORD_BYTES;
    byte[] value = codec.encode(topic, record);
    RecordLimits.fitting(() -> "a record for topic " + topic, value, limit);
    return new Outgoing(topic, value);
  }
}
