package io.tierflow.runner.engine;

import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageHeartbeat;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageStarted;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.WorkerStatus;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sees every task of a class as its topic has it, and says what the test wants said: so that
 * replies can be late, doubled or missing.
 */
final class ScriptedWorker implements AutoCloseable {

  private static final Instant STARTED = Instant.parse("2026-01-01T00:00:00Z");

  private final WireCodec codec;
  private final TopicNames topics;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<StageTask> seen = new ArrayList<>();
  private Duration apart = Duration.ZERO;

  ScriptedWorker(String bootstrap, TopicNames topics, String resourceClass) {
    this(bootstrap, topics, resourceClass, new SingleObjectCodec());
  }

  /** One that reads and writes records as this codec does. */
  ScriptedWorker(String bootstrap, TopicNames topics, String resourceClass, WireCodec codec) {
    this.topics = topics;
    this.codec = codec;
    Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrap);
    this.consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.producer =
        new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
    TopicPartition tasks = new TopicPartition(topics.tasks(resourceClass), 0);
    consumer.assign(List.of(tasks));
    consumer.seekToBeginning(List.of(tasks));
  }

  /** Its machine's clock is so far ahead. */
  void clockIsAhead(Duration ahead) {
    apart = ahead;
  }

  /** What its machine's clock says. */
  Instant now() {
    return InstantSource.system().instant().plus(apart).truncatedTo(ChronoUnit.MILLIS);
  }

  /** The runs that have tasks by now, in the order of their first tasks. */
  Set<String> runs() throws UndecodableException {
    Set<String> runs = new LinkedHashSet<>();
    all().forEach(task -> runs.add(task.getRunId()));
    return runs;
  }

  /** Every task that the class's topic has by now. */
  List<StageTask> all() throws UndecodableException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
      seen.add(codec.decode(record.topic(), record.value(), StageTask.class));
    }
    return List.copyOf(seen);
  }

  /** Every task of a run that its topic has by now, in the order in which they were sent. */
  List<StageTask> tasks(String runId) throws UndecodableException {
    return all().stream().filter(task -> task.getRunId().equals(runId)).toList();
  }

  /** The tasks of a run as one string, for example {@code "p/a#1 p/b#1"}. */
  String sent(String runId) throws UndecodableException {
    List<String> names = new ArrayList<>();
    for (StageTask task : tasks(runId)) {
      names.add(task.getPipeline() + "/" + task.getStage() + "#" + task.getAttempt());
    }
    return String.join(" ", names);
  }

  void succeed(StageTask task, String worker, String output) {
    succeed(task, worker, STARTED, output);
  }

  void succeed(StageTask task, String worker, Instant startedAt, String output) {
    send(Replies.succeeded(task, worker, startedAt, output));
  }

  void fail(StageTask task, String worker, String message) {
    fail(task, worker, FailureKind.HANDLER_ERROR, message);
  }

  void fail(StageTask task, String worker, FailureKind kind, String message) {
    Failure failure = new Failure(kind, message, null, false, null, false, false);
    StageFailed failed = Replies.failed(task, worker, STARTED, failure);
    sendRaw(topics.errors(), task.getRunId(), codec.encode(topics.errors(), failed));
  }

  /** Tells that a worker works on a task whose lease the broker holds. */
  void start(StageTask task, String worker, Instant startedAt) {
    send(Replies.result(task, worker, new StageStarted(startedAt, false, null, null)));
  }

  void handOver(StageTask task, String worker, Duration heartbeatTimeout) {
    handOver(task, worker, heartbeatTimeout, STARTED);
  }

  void handOver(StageTask task, String worker, Duration heartbeatTimeout, Instant startedAt) {
    StageStarted started = new StageStarted(startedAt, true, heartbeatTimeout.toMillis(), null);
    send(Replies.result(task, worker, started));
  }

  /** Tells that a worker still works on a task that was handed over. */
  void beat(StageTask task, String worker) {
    send(Replies.result(task, worker, new StageHeartbeat(now(), null, null)));
  }

  /** Says that a worker of a class lives; it counts as live for 10 s. */
  void announce(String worker, String resourceClass) {
    announce(worker, resourceClass, "echo");
  }

  /** Says that a worker of a class lives that has these handlers. */
  void announce(String worker, String resourceClass, String... handlers) {
    WorkerStatus status =
        WorkerStatus.newBuilder()
            .setWorker(worker)
            .setPool(resourceClass)
            .setResourceClass(resourceClass)
            .setHost("host")
            .setPid(1)
            .setVersion("test")
            .setSlots(1)
            .setBusy(0)
            .setHandlers(List.of(handlers))
            .setMemoryUsedBytes(1)
            .setMemoryMaxBytes(2)
            .setStartedAt(STARTED)
            .setHeartbeatAt(STARTED)
            .build();
    sendRaw(topics.workers(), worker, codec.encode(topics.workers(), status));
  }

  /** Says that a worker has stopped. */
  void leave(String worker) {
    sendRaw(topics.workers(), worker, null);
  }

  void sendRaw(String topic, String key, byte[] value) {
    try {
      producer
          .send(
              new ProducerRecord<>(
                  topic, null, now().toEpochMilli(), key.getBytes(StandardCharsets.UTF_8), value))
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void send(StageResult result) {
    sendRaw(topics.results(), result.getRunId(), codec.encode(topics.results(), result));
  }

  @Override
  public void close() {
    consumer.close();
    producer.close();
  }
}
