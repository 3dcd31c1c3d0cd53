package io.tierflow.runner.engine;

import io.tierflow.machine.Input;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.schedule.ScheduleInput;
import io.tierflow.schemas.ApplyFlow;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.RawRecord;
import io.tierflow.schemas.ScheduleDue;
import io.tierflow.schemas.ScheduledRunEnded;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.payload.PayloadException;
import io.tierflow.wire.topics.TopicNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads commands, results and errors of one partition, and posts what is due. The stream thread
 * that owns the partition owns this, so no locks are needed.
 *
 * <p>Nothing read here is dropped: what cannot be decoded, or decided, goes to the dead letters.
 */
final class RunProcessor implements Processor<byte[], byte[], byte[], Outgoing> {

  private static final Logger LOG = LoggerFactory.getLogger(RunProcessor.class);

  /** How often due deadlines are looked for. */
  static final Duration TICK = Duration.ofMillis(100);

  /** After how long a deadline whose command did not come back is posted again. */
  private static final Duration POST_AGAIN = Duration.ofSeconds(10);

  /** How many deadlines one tick posts at most; the rest are next. */
  private static final int POSTS_PER_TICK = 10_000;

  private final EngineParts parts;
  private final WireCodec codec;
  private final TopicNames topics;
  private final InstantSource clock;
  private final Map<Bytes, Instant> posted = new HashMap<>();

  private ProcessorContext<byte[], Outgoing> context;
  private Stores stores;
  private RunDesk runs;
  private FlowDesk flows;
  private ScheduleDesk schedules;

  RunProcessor(EngineParts parts) {
    this.parts = parts;
    this.codec = parts.codec();
    this.topics = parts.topics();
    this.clock = parts.clock();
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> processorContext) {
    context = processorContext;
    stores = Stores.of(context);
    runs = new RunDesk(stores, codec, topics, parts.outbound(), parts.meters());
    flows = new FlowDesk(stores.flows(), codec, topics.flows());
    schedules = new ScheduleDesk(stores, flows, parts.outbound());
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, time -> postDue());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    try {
      take(from.topic(), record);
    } catch (UndecodableException e) {
      setAside(from, record, FailureKind.UNDECODABLE, e);
    } catch (PayloadException.Unavailable e) {
      throw e; // the payload store is out of reach: stop, and read this record again
    } catch (RuntimeException e) {
      // A bug, or state that cannot be read. One run must not stop all others of its partition.
      LOG.error("{}-{}@{} could not be decided", from.topic(), from.partition(), from.offset(), e);
      setAside(from, record, FailureKind.HANDLER_ERROR, e);
    }
  }

  private void take(String topic, Record<byte[], byte[]> record) throws UndecodableException {
    if (topic.equals(topics.commands())) {
      command(codec.decode(topic, record.value(), Command.class), record);
    } else if (topic.equals(topics.results())) {
      StageResult result = codec.decode(topic, record.value(), StageResult.class);
      decide(result.getRunId(), Inbound.result(result), record);
    } else {
      StageFailed failed = codec.decode(topic, record.value(), StageFailed.class);
      decide(failed.getRunId(), Inbound.error(failed), record);
    }
  }

  private void command(Command command, Record<byte[], byte[]> record) throws UndecodableException {
    if (command.getBody() instanceof ApplyFlow apply) {
      schedules.apply(command.getKey(), apply.getDefinition(), command.getAt());
      send(record).accept(flows.apply(command.getKey(), apply, now()));
    } else if (command.getBody() instanceof ScheduleDue due) {
      decide(command, new ScheduleInput.Woken(due.getWakeAt()));
    } else if (command.getBody() instanceof ScheduledRunEnded ended) {
      decide(command, new ScheduleInput.Ended(ended.getScheduledAt()));
    } else if (command.getBody() instanceof SubmitRun submit) {
      Plan plan = flows.keep(submit);
      take(command.getKey(), plan, Inbound.command(command), record);
      parts.arrivals().arrived(command.getKey());
    } else {
      decide(command.getKey(), Inbound.command(command), record);
    }
  }

  private void decide(String runId, Input input, Record<byte[], byte[]> record) {
    Optional<RunRecord> run = runs.run(runId);
    if (run.isPresent()) {
      Plan plan =
          flows
              .plan(run.get().flow(), run.get().version())
              .orElseThrow(() -> new IllegalStateException("run " + runId + " has lost its flow"));
      take(runId, plan, input, record);
    } else if (input instanceof Input.DeadlineReached reached) {
      runs.forget(runId, reached.deadline());
    } else {
      LOG.debug("a reply for run {}, which is not known here: {}", runId, input);
    }
  }

  private void take(String runId, Plan plan, Input input, Record<byte[], byte[]> record) {
    Instant now = now();
    if (runs.take(runId, plan, input, now, send(record))) {
      runs.run(runId)
          .flatMap(run -> ScheduledRuns.ended(runId, run, now))
          .ifPresent(command -> post(command, now));
    }
  }

  private void decide(Command command, ScheduleInput input) throws UndecodableException {
    Instant now = now();
    schedules.decide(command.getKey(), input, command.getAt()).forEach(submit -> post(submit, now));
  }

  private void postDue() {
    Instant now = now();
    posted.values().removeIf(since -> since.plus(POST_AGAIN).isBefore(now));
    int left = POSTS_PER_TICK;
    try (KeyValueIterator<Bytes, byte[]> due =
        stores.deadlines().range(null, StoreKeys.dueBy(now))) {
      while (due.hasNext() && left-- > 0) {
        KeyValue<Bytes, byte[]> next = due.next();
        if (posted.putIfAbsent(next.key, now) == null) {
          post(due(next, now), now);
        }
      }
    }
  }

  private static Command due(KeyValue<Bytes, byte[]> entry, Instant now) {
    if (StoreKeys.isWake(entry.key)) {
      return EntryCodec.decode(entry.value, ScheduleDesk.Wake.class).command(now);
    }
    RunDesk.Due due = EntryCodec.decode(entry.value, RunDesk.Due.class);
    return Outbound.deadline(due.runId(), due.deadline(), now);
  }

  private void post(Command command, Instant now) {
    byte[] value = codec.encode(topics.commands(), command);
    RecordLimits.fitting(
        () -> "a command for " + command.getKey(), value, RecordLimits.MAX_RECORD_BYTES);
    context.forward(
        new Record<>(
            command.getKey().getBytes(StandardCharsets.UTF_8),
            new Outgoing(topics.commands(), value),
            now.toEpochMilli()));
  }

  private void setAside(
      RecordMetadata from, Record<byte[], byte[]> record, FailureKind kind, Exception why) {
    parts.meters().undecodable();
    String runId = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    DeadLetter letter =
        new DeadLetter(
            runId,
            now(),
            new Failure(
                kind, RecordLimits.message(why.getMessage()), why.getClass().getName(), true, null),
            null,
            List.of(),
            new RawRecord(
                from.topic(),
                from.partition(),
                from.offset(),
                record.key() == null ? null : ByteBuffer.wrap(record.key()),
                record.value() == null ? null : ByteBuffer.wrap(record.value())));
    byte[] bytes = codec.encode(topics.deadLetters(), letter);
    if (bytes.length > RecordLimits.MAX_LARGE_RECORD_BYTES) {
      letter = withoutValue(letter); // it stays where it came from, at the offset named here
      bytes = codec.encode(topics.deadLetters(), letter);
    }
    send(record).accept(new Outgoing(topics.deadLetters(), bytes));
  }

  private static DeadLetter withoutValue(DeadLetter letter) {
    return DeadLetter.newBuilder(letter)
        .setRecord(RawRecord.newBuilder(letter.getRecord()).setValue(null).build())
        .build();
  }

  private Consumer<Outgoing> send(Record<byte[], byte[]> cause) {
    long time = clock.millis();
    return outgoing -> {
      int limit =
          outgoing.topic().equals(topics.deadLetters())
              ? RecordLimits.MAX_LARGE_RECORD_BYTES
              : RecordLimits.MAX_RECORD_BYTES;
      RecordLimits.fitting(() -> "a record for topic " + outgoing.topic(), outgoing.value(), limit);
      context.forward(new Record<>(cause.key(), outgoing, time));
    };
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
