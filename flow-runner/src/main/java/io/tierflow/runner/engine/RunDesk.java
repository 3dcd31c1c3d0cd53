package io.tierflow.runner.engine;

import io.tierflow.machine.Content;
import io.tierflow.machine.Deadline;
import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.Input;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.Plan;
import io.tierflow.machine.Retention;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.RunEntry;
import io.tierflow.machine.RunMachine;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.Stop;
import io.tierflow.machine.Stops;
import io.tierflow.machine.TaskKey;
import io.tierflow.machine.TaskOrder;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageTask;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;

/**
 * Takes one input to one run: asks the machine, works out every record that follows, and only then
 * sends the tasks, publishes the events, and writes what was decided. Tasks go first only because
 * somebody waits for them: all of it leaves in no certain order, and whatever of it a crash loses,
 * the same input decides again. One thread owns it.
 */
final class RunDesk {

  /** What the entries of one partition may take in memory. */
  private static final long CACHE_BYTES = 16L << 20;

  private final Stores stores;
  private final WireCodec codec;
  private final TopicNames topics;
  private final Outbound outbound;
  private final PublicEvents publicEvents;
  private final EngineMeters meters;
  private final KnownPauses pauses;
  private final PoolWatch watch;
  private final TimesDesk times;
  private final LearnedClasses learned;
  private final HoldWatch holds;
  private final Optional<Duration> retention;
  private final KeptRuns.Share kept;
  private final EntryCache cache;
  private final Map<String, Set<TaskKey>> touched = new HashMap<>(); // of open runs only

  /** What is told of every decision. */
  record Told(PoolWatch pools, HoldWatch holds, TimesDesk times, KeptRuns.Share kept) {}

  RunDesk(Stores stores, EngineParts parts, Told told) {
    this.stores = stores;
    this.codec = parts.codec();
    this.topics = parts.topics();
    this.outbound = parts.outbound();
    this.publicEvents = new PublicEvents(outbound);
    this.meters = parts.meters();
    this.pauses = parts.pauses();
    this.watch = told.pools();
    this.times = told.times();
    this.learned = parts.learned();
    this.holds = told.holds();
    this.retention = parts.retention();
    this.kept = told.kept();
    this.cache = new EntryCache(EntryReader.of(stores.entries()), CACHE_BYTES);
  }

  /** The run as it is stored. */
  RunEntries entries(String runId) {
    return new StoreEntries(
        runId,
        cache.reader(runId),
        stores.entries(),
        new StoreEntries.Known(
            outbound::bytes,
            stage -> firstTouch(runId, stage),
            pauses::isFlowPaused,
            pauses::isClassPaused));
  }

  // Nothing follows any more from the counts of a run that has ended: it is written last, so all
  // else of it is there.
  private boolean firstTouch(String runId, TaskKey stage) {
    boolean open = run(runId).filter(run -> !run.state().isTerminal()).isPresent();
    return open && touched.computeIfAbsent(runId, id -> new HashSet<>()).add(stage);
  }

  /** The run itself, if it is known here. */
  Optional<RunRecord> run(String runId) {
    return entries(runId).get(EntryKey.RUN).map(RunRecord.class::cast);
  }

  /** Takes a removed run off the lists; they may have kept it when a crash cut its removal off. */
  void unlist(String runId, Instant submittedAt) {
    if (run(runId).filter(run -> run.submittedAt().equals(submittedAt)).isEmpty()) {
      stores.list().delete(StoreKeys.listed(submittedAt, runId));
    }
  }

  /** Forgets a deadline of a run that is not known here. */
  void forget(String runId, Deadline deadline) {
    stores.deadlines().delete(StoreKeys.deadline(runId, deadline));
  }

  /** Asks the machine what follows from an input; nothing of it is written or sent yet. */
  Effects decide(String runId, Plan plan, Input input, Instant now) {
    try {
      return workedOut(runId, plan, input, now);
    } catch (RuntimeException e) {
      touched.remove(runId); // counts that were made anew are not written
      throw e;
    }
  }

  private Effects workedOut(String runId, Plan plan, Input input, Instant now) {
    Decision decision = RunMachine.decide(runId, plan, entries(runId), input, now);
    Map<EntryKey, Kept> encoded = encode(runId, decision);
    List<Outgoing> tasks = new ArrayList<>();
    for (TaskOrder order : decision.tasks()) {
      tasks.add(outgoing(topics.tasks(order.lane()), outbound.task(runId, plan, order)));
    }
    RunEntries after = new DecidedEntries(decision.entries(), entries(runId));
    List<Outgoing> news = new ArrayList<>();
    List<Stop> stops = Stops.of(plan, after, input, decision);
    stops.forEach(stop -> news.add(outgoing(topics.control(), Outbound.stop(runId, stop, now))));
    for (RunEvents changes : publicEvents.of(runId, plan, decision.events(), now)) {
      news.add(outgoing(topics.events(), changes));
    }
    news.addAll(deadLetters(runId, plan, decision, after, now));
    for (Event event : decision.events()) {
      if (event instanceof Event.TaskEscalated step) {
        learned.after(plan, step, now).ifPresent(news::add);
      }
    }
    boolean ended = decision.events().stream().anyMatch(Event.RunEnded.class::isInstance);
    if (ended) {
      ScheduledRuns.ended(runId, (RunRecord) decision.entries().get(EntryKey.RUN), now)
          .map(command -> Outgoing.command(codec, topics, command))
          .ifPresent(news::add);
    }
    return send -> {
      tasks.forEach(send);
      news.forEach(send);
      write(runId, decision, encoded);
      if (decision.entries().get(EntryKey.MISSING) instanceof MissingRecord missing) {
        Flagged.keep(stores.missing(), runId, plan.flow().name(), missing);
      }
      remove(runId, decision);
      meters.decided(input, decision);
      meters.stopped(stops);
      watch.decided(runId, input, decision);
      times.decided(plan, decision);
      holds.decided(runId, plan.flow().name(), input, decision);
      if (ended) {
        touched.remove(runId);
        RunRecord run = (RunRecord) decision.entries().get(EntryKey.RUN);
        retention.ifPresent(time -> keep(runId, Retention.due(run.endedAt(), time)));
      }
    };
  }

  private void remove(String runId, Decision decision) {
    if (decision.removed().isEmpty()) {
      return;
    }
    cache.forget(runId);
    decision.removed().forEach(key -> stores.entries().delete(StoreKeys.entry(runId, key)));
    if (decision.removed().contains(EntryKey.RUN)) {
      Flagged.forget(stores.missing(), runId);
      watch.forget(runId);
      holds.forget(runId);
      kept.pruned();
    }
  }

  /** An entry as it is kept, and its bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Kept(RunEntry entry, byte[] bytes) {}

  // All of a decision or nothing of it: what does not fit is found before the first write.
  private Map<EntryKey, Kept> encode(String runId, Decision decision) {
    Map<EntryKey, Kept> encoded = new HashMap<>();
    decision
        .entries()
        .forEach(
            (key, entry) -> {
              RunEntry kept = compact(entry);
              byte[] bytes =
                  RecordLimits.fitting(
                      () -> "entry " + key + " of run " + runId,
                      EntryCodec.encode(kept),
                      RecordLimits.MAX_LARGE_RECORD_BYTES);
              encoded.put(key, new Kept(kept, bytes));
            });
    return encoded;
  }

  // One element of a list, or what a foreign worker gave, may be past the limit of what is inline.
  private RunEntry compact(RunEntry entry) {
    if (entry instanceof Content content) {
      return outbound.compact(content);
    }
    if (entry instanceof StageRecord record) {
      StageRecord held =
          record.holding(outbound.compact(record.input()), outbound.compact(record.output()));
      // Written with each of its elements' ends.
      return held.elements() == null ? held : held.reusing(outbound.aside(held.elements()));
    }
    return entry;
  }

  private void write(String runId, Decision decision, Map<EntryKey, Kept> encoded) {
    decision
        .entries()
        .forEach(
            (key, entry) -> {
              Kept kept = encoded.get(key);
              Bytes name = StoreKeys.entry(runId, key);
              stores.entries().put(name, kept.bytes());
              cache.written(runId, key, kept.entry(), kept.bytes().length);
              if (entry instanceof RunRecord run) {
                stores
                    .list()
                    .put(
                        StoreKeys.listed(run.submittedAt(), runId),
                        EntryCodec.encode(Listed.of(run)));
              }
            });
    decision.lapsed().forEach(deadline -> forget(runId, deadline));
    decision.deadlines().forEach(deadline -> keep(runId, deadline));
  }

  private void keep(String runId, Deadline deadline) {
    stores
        .deadlines()
        .put(StoreKeys.deadline(runId, deadline), EntryCodec.encode(new Due(runId, deadline)));
  }

  // A stage that failed for good is set aside with its input and its history, to be replayed. One
  // that failed before it was ever sent, or as the sum of its elements, has nothing to replay.
  private List<Outgoing> deadLetters(
      String runId, Plan plan, Decision decision, RunEntries entries, Instant now) {
    List<Outgoing> letters = new ArrayList<>();
    for (Event event : decision.events()) {
      if (event instanceof Event.StageFailed failed) {
        StageRecord record = (StageRecord) entries.get(EntryKey.of(failed.task())).orElseThrow();
        if (!record.attempts().isEmpty()) {
          TaskOrder order = RunMachine.newestOrder(runId, plan, entries, failed.task(), now);
          StageTask task = outbound.task(runId, plan, order);
          letters.add(
              outgoing(
                  topics.deadLetters(),
                  outbound.deadLetter(runId, task, record, failed.failure(), now)));
        }
      }
    }
    return letters;
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

  /** A deadline as it is stored: whose it is, and what. */
  record Due(String runId, Deadline deadline) {}
}
