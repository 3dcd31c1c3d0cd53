package io.tierflow.runner.engine;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.runner.turns.Offer;
import io.tierflow.runner.turns.Turns;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.payload.PayloadStore;
import io.tierflow.wire.topics.TopicNames;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * One partition's processor without Kafka: its stores are in memory, what it sends is kept, and
 * both can be made to fail.
 */
final class FakePartition {

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /** A payload store for tests whose payloads are all inline. */
  static final PayloadStore NO_PAYLOADS =
      new PayloadStore() {
        @Override
        public String put(byte[] content) {
          throw new UnsupportedOperationException();
        }

        @Override
        public byte[] get(String reference) {
          throw new UnsupportedOperationException(reference);
        }
      };

  private record Source(String topic, int partition, long offset) implements RecordMetadata {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Taken(String topic, String key, byte[] value) {}

  final TopicNames topics = new TopicNames("t.");
  final KnownPauses pauses = new KnownPauses(new SingleObjectCodec());
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final WireCodec plain = new SingleObjectCodec();
  final LearnedClasses learned =
      new LearnedClasses(plain, topics, (topic, key) -> {}, InstantSource.fixed(NOW));
  Offer offer = new Offer(1_000, true);
  private final Turns turns = new Turns(1, lane -> offer);
  private final Map<String, FakeStore> stores = new TreeMap<>();
  private final List<Outgoing> sent = new ArrayList<>();
  private EngineParts parts;
  private RunProcessor processor;
  private final KnownTimes times = new KnownTimes(plain);
  private final Map<Duration, Punctuator> timers = new HashMap<>();
  private Consumer<Outgoing> beforeSend = outgoing -> {};
  private Source source;
  private Taken last;
  private Instant now = NOW;
  private Map<String, Instant> served = Map.of();
  private PoolWatch.Sight pools = PoolWatch.Sight.UNKNOWN;
  private long offset;

  /** With a codec and a payload store of its own; inputs are always encoded plainly. */
  FakePartition(WireCodec codec, PayloadStore payloads) {
    for (String name :
        List.of(
            Stores.ENTRIES,
            Stores.DEADLINES,
            Stores.LIST,
            Stores.FLOWS,
            Stores.MISSING,
            Stores.EXPECTATIONS)) {
      stores.put(name, new FakeStore(name));
    }
    parts =
        new EngineParts(
            codec,
            topics,
            new Outbound(payloads),
            new EngineMeters(meters),
            new Arrivals(),
            new ExpectAnswers(),
            () -> served,
            need -> pools,
            times,
            learned,
            pauses,
            turns,
            Optional.of(Duration.ofDays(7)),
            () -> now);
    restart();
  }

  /** Another processor takes over what is stored, with another retention; empty keeps for ever. */
  void restart(Optional<Duration> retention) {
    parts =
        new EngineParts(
            parts.codec(),
            topics,
            parts.outbound(),
            parts.meters(),
            parts.arrivals(),
            parts.answers(),
            parts.servedUpTo(),
            parts.pools(),
            times,
            learned,
            pauses,
            turns,
            retention,
            parts.clock());
    restart();
  }

  /** Another processor takes over what is stored. */
  void restart() {
    timers.clear();
    if (processor != null) {
      processor.close();
    }
    processor = new RunProcessor(parts);
    processor.init(context());
  }

  FakePartition() {
    this(new SingleObjectCodec(), NO_PAYLOADS);
  }

  /** What there is of workers from now on, whatever a task needs. */
  void pools(PoolWatch.Sight sight) {
    pools = sight;
  }

  /** What the clock says. */
  Instant now() {
    return now;
  }

  /** The topic of this class holds no task that was sent before then. */
  void served(String resourceClass, Instant upTo) {
    served = Map.of(resourceClass, upTo);
  }

  /** Time passes, and no timer goes off. */
  void passes(Duration time) {
    now = now.plus(time);
  }

  /** The clock is then, and every timer goes off. */
  void tick(Instant then) {
    now = then;
    List.copyOf(timers.values()).forEach(timer -> timer.punctuate(then.toEpochMilli()));
  }

  /** Gives the processor every command that it has posted and not been given yet, as topics do. */
  int takePosted() {
    int taken = 0;
    for (Outgoing outgoing : List.copyOf(sent)) {
      if (outgoing.topic().equals(topics.commands())) {
        sent.remove(outgoing);
        take(
            outgoing.topic(), new String(outgoing.key(), StandardCharsets.UTF_8), outgoing.value());
        taken++;
      }
    }
    return taken;
  }

  /** Gives the processor the oldest command that was posted and not given to it yet. */
  void takeFirstPosted() {
    Outgoing first =
        sent.stream().filter(it -> it.topic().equals(topics.commands())).findFirst().orElseThrow();
    sent.remove(first);
    take(first.topic(), new String(first.key(), StandardCharsets.UTF_8), first.value());
  }

  /** What was sent so far never reaches a topic. */
  void forgetSent() {
    sent.clear();
  }

  /** Gives the reader of completions a record; what it hands on counts as sent. */
  void complete(String json) {
    CompletionReader reader = new CompletionReader(parts);
    reader.init(context());
    source = new Source(topics.completions(), 0, offset++);
    reader.process(new Record<>(null, json.getBytes(StandardCharsets.UTF_8), NOW.toEpochMilli()));
  }

  /** The last record that it was given comes again. */
  void takeAgain() {
    take(last.topic(), last.key(), last.value());
  }

  FakeStore store(String name) {
    return stores.get(name);
  }

  /** Is told of every record before it is sent; what it throws, sending throws. */
  void beforeSend(Consumer<Outgoing> hook) {
    beforeSend = hook;
  }

  void submit(String runId, int version, String definition) {
    submit(runId, version, definition, "{}");
  }

  void submit(String runId, int version, String definition, String input) {
    submit(runId, version, definition, Replies.json(input), Map.of());
  }

  /** With the classes that stages have turned out to need. */
  void submit(String runId, int version, String definition, Map<String, String> learned) {
    submit(runId, version, definition, Replies.json("{}"), learned);
  }

  private void submit(
      String runId, int version, String definition, Payload input, Map<String, String> learned) {
    command(runId, new SubmitRun("f", version, definition, input, Map.of(), null, learned, null));
  }

  void command(String key, Object body) {
    take(topics.commands(), key, new Command(key, "c", NOW, body));
  }

  void succeed(StageTask task, String output) {
    succeed(task, "w1", output);
  }

  void succeed(StageTask task, String worker, String output) {
    take(topics.results(), task.getRunId(), Replies.succeeded(task, worker, NOW, output));
  }

  /** Fails a task for good. */
  void fail(StageTask task) {
    fail(task, new Failure(FailureKind.INVALID_INPUT, "no", null, true, null, false, false));
  }

  void fail(StageTask task, Failure failure) {
    take(topics.errors(), task.getRunId(), Replies.failed(task, "w1", NOW, failure));
  }

  /** Gives the processor a record, as Kafka Streams does. */
  void take(String topic, String key, SpecificRecord value) {
    take(topic, key, plain.encode(topic, value));
  }

  void take(String topic, String key, byte[] value) {
    last = new Taken(topic, key, value);
    source = new Source(topic, 0, offset++);
    processor.process(
        new Record<>(key.getBytes(StandardCharsets.UTF_8), value, NOW.toEpochMilli()));
  }

  /** Lets the timer of this interval go off, which none does by itself. */
  void tick(Duration interval) {
    timers.get(interval).punctuate(NOW.toEpochMilli());
  }

  /** Gives the runner what it told of past times, as its topic would. */
  void followTimes() throws UndecodableException {
    for (Outgoing outgoing : sent) {
      if (outgoing.topic().equals(topics.times())) {
        times.read(
            new String(outgoing.key(), StandardCharsets.UTF_8),
            new ConsumerRecord<>(outgoing.topic(), 0, 0, outgoing.key(), outgoing.value()),
            true);
      }
    }
  }

  /** Every task that was sent, in order. */
  List<StageTask> tasks() {
    return sent(topics.tasks("small"), StageTask.class);
  }

  /** The tasks of a run as one string, for example {@code "p/a#1 p/b#1"}. */
  String tasks(String runId) {
    List<String> names = new ArrayList<>();
    for (StageTask task : tasks()) {
      if (task.getRunId().equals(runId)) {
        names.add(
            task.getPipeline()
                + "/"
                + task.getStage()
                + (task.getIndex() == null ? "" : "/" + task.getIndex())
                + "#"
                + task.getAttempt());
      }
    }
    return String.join(" ", names);
  }

  List<DeadLetter> deadLetters() {
    return sent(topics.deadLetters(), DeadLetter.class);
  }

  <T extends SpecificRecord> List<T> sent(String topic, Class<T> type) {
    List<T> found = new ArrayList<>();
    for (Outgoing outgoing : sent) {
      if (outgoing.topic().equals(topic)) {
        try {
          found.add(plain.decode(topic, outgoing.value(), type));
        } catch (UndecodableException e) {
          throw new AssertionError(e);
        }
      }
    }
    return found;
  }

  @SuppressWarnings("unchecked")
  private ProcessorContext<byte[], Outgoing> context() {
    return (ProcessorContext<byte[], Outgoing>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ProcessorContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getStateStore" -> stores.get(arguments[0]);
                  case "recordMetadata" -> Optional.of(source);
                  case "taskId" -> new TaskId(0, 0);
                  case "schedule" -> timers.put((Duration) arguments[0], (Punctuator) arguments[2]);
                  case "forward" -> {
                    Outgoing outgoing = ((Record<byte[], Outgoing>) arguments[0]).value();
                    beforeSend.accept(outgoing);
                    sent.add(outgoing);
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.toString());
                });
  }
}
