package io.tierflow.worker;

import io.tierflow.handler.Handlers;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.Pausable;
import io.tierflow.schemas.Pause;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageHeartbeat;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageStarted;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.WorkerStatus;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One test's class of workers with topics of its own: starts workers, sends tasks, reads replies.
 */
final class Pool implements AutoCloseable {

  static final Instant DISPATCHED = Instant.parse("2026-01-01T00:00:00Z");

  private final Supplier<WireCodec> codecs;
  private final WireCodec codec;
  private final TopicNames names = new TopicNames("t" + UUID.randomUUID().toString() + ".");
  private final List<Worker> workers = new ArrayList<>();
  private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();
  private final String bootstrap;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;

  Pool() throws Exception {
    this(SingleObjectCodec::new);
  }

  /** The workers, and this test's own end, each have a codec of their own. */
  Pool(Supplier<WireCodec> codecs) throws Exception {
    this(codecs, TestBroker.shared().bootstrap());
  }

  /** On a broker of the test's own. */
  Pool(Supplier<WireCodec> codecs, String bootstrap) {
    this.codecs = codecs;
    this.codec = codecs.get();
    this.bootstrap = bootstrap;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "linger.ms", "5"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  TopicNames names() {
    return names;
  }

  String bootstrap() {
    return bootstrap;
  }

  WorkerConfig.Builder config() {
    return WorkerConfig.builder()
        .bootstrap(bootstrap)
        .topicPrefix(names.prefix())
        .resourceClass("small")
        .fetchMode(FetchMode.SINGLE)
        .cancelGrace(Duration.ofMillis(500));
  }

  Worker start(WorkerConfig.Builder config) throws Exception {
    Worker worker =
        new Worker(
            config.build(),
            Handlers.of(TestHandlers.all()),
            codecs.get(),
            new WorkerClock(InstantSource.system(), System::nanoTime));
    workers.add(worker);
    worker.start();
    follow();
    if (!worker.awaitSubscribed(Duration.ofSeconds(60))) {
      throw new IllegalStateException("the slots did not subscribe");
    }
    return worker;
  }

  /** Reads all replies from now on; a worker must have made the topics. */
  void follow() {
    if (consumer.assignment().isEmpty()) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic :
          List.of(names.results(), names.errors(), names.deadLetters(), names.workers())) {
        for (PartitionInfo each : consumer.partitionsFor(topic)) {
          partitions.add(new TopicPartition(topic, each.partition()));
        }
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    }
  }

  static StageTask.Builder task(String id, String handler) {
    return StageTask.newBuilder()
        .setTaskId(id)
        .setAttempt(1)
        .setRunId("run-" + id)
        .setFlow("flow")
        .setFlowVersion(1)
        .setPipeline("pipeline")
        .setStage("stage")
        .setResourceClass("small")
        .setHandler(handler)
        .setInput(json("\"input of " + id + "\""))
        .setDispatchedAt(DISPATCHED);
  }

  static Payload json(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Payload("application/json", ByteBuffer.wrap(bytes), null, (long) bytes.length);
  }

  void send(StageTask.Builder task) {
    StageTask built = task.build();
    sendRaw(
        built.getRunId().getBytes(StandardCharsets.UTF_8),
        codec.encode(names.tasks("small"), built));
  }

  void sendRaw(byte[] key, byte[] value) {
    sendRaw(names.tasks("small"), key, value);
  }

  void sendRaw(String topic, byte[] key, byte[] value) {
    var unused = producer.send(new ProducerRecord<>(topic, key, value));
  }

  /** Says what no longer counts, and waits until the broker has it. */
  void stop(StopOrder.Builder order) {
    StopOrder built = order.build();
    sendRaw(
        names.control(),
        built.getRunId().getBytes(StandardCharsets.UTF_8),
        codec.encode(names.control(), built));
    flush();
  }

  /** Pauses a class, or lets it go on, and waits until the broker has it. */
  void pause(String resourceClass, boolean paused) {
    Pause pause = new Pause(Pausable.CLASS, resourceClass, paused ? DISPATCHED : null);
    sendRaw(
        names.pauses(),
        ("CLASS/" + resourceClass).getBytes(StandardCharsets.UTF_8),
        codec.encode(names.pauses(), pause));
    flush();
  }

  /** Takes all of the class's tasks so often, and gives them back each time. */
  void takeAndGiveBack(int times, int tasks) {
    flush();
    try (KafkaShareConsumer<byte[], byte[]> taker =
        new KafkaShareConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "group.id",
                names.workerGroup("small"),
                "share.acknowledgement.mode",
                "explicit"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      taker.subscribe(List.of(names.tasks("small")));
      int given = 0;
      while (given < times * tasks) {
        for (ConsumerRecord<byte[], byte[]> record : taker.poll(Duration.ofMillis(500))) {
          taker.acknowledge(record, AcknowledgeType.RELEASE);
          given++;
        }
        taker.commitSync();
      }
    }
  }

  void flush() {
    producer.flush();
  }

  List<StageResult> results() {
    return decoded(names.results(), StageResult.class);
  }

  List<StageFailed> errors() {
    return decoded(names.errors(), StageFailed.class);
  }

  /** How many failures were told, without reading them. */
  long errorRecords() {
    drain();
    return seen.stream().filter(each -> each.topic().equals(names.errors())).count();
  }

  List<DeadLetter> deadLetters() {
    return decoded(names.deadLetters(), DeadLetter.class);
  }

  List<WorkerStatus> announcements() {
    return decoded(names.workers(), WorkerStatus.class);
  }

  boolean hasTombstone(String worker) {
    drain();
    return seen.stream()
        .anyMatch(
            each ->
                each.topic().equals(names.workers())
                    && each.value() == null
                    && new String(each.key(), StandardCharsets.UTF_8).equals(worker));
  }

  List<String> succeeded() {
    return results().stream()
        .filter(each -> each.getBody() instanceof StageSucceeded)
        .map(StageResult::getTaskId)
        .toList();
  }

  /** What was said of one task, in order, as one line. */
  String history(String task) {
    StringBuilder line = new StringBuilder();
    for (StageResult each : results()) {
      if (each.getTaskId().equals(task)) {
        line.append(line.isEmpty() ? "" : " ").append(word(each));
      }
    }
    for (StageFailed each : errors()) {
      if (each.getTaskId().equals(task)) {
        line.append(line.isEmpty() ? "" : " ").append(each.getFailure().getKind());
      }
    }
    return line.toString();
  }

  private static String word(StageResult result) {
    Object body = result.getBody();
    if (body instanceof StageStarted started) {
      return started.getHandedOver() ? "HANDED_OVER" : "STARTED";
    }
    return body instanceof StageHeartbeat ? "HEARTBEAT" : "SUCCEEDED";
  }

  private <T extends SpecificRecord> List<T> decoded(String topic, Class<T> type) {
    drain();
    List<T> values = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> each : seen) {
      if (each.topic().equals(topic) && each.value() != null) {
        try {
          values.add(codec.decode(topic, each.value(), type));
        } catch (UndecodableException e) {
          throw new AssertionError(e);
        }
      }
    }
    return values;
  }

  private void drain() {
    boolean more = true;
    while (more) {
      int before = seen.size();
      consumer.poll(Duration.ofMillis(50)).forEach(seen::add);
      more = seen.size() > before;
    }
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
    producer.close();
    consumer.close();
  }
}
