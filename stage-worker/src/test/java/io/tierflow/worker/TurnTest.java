package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.handler.Handlers;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageFailed;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.payload.PayloadStore;
import io.tierflow.wire.payload.Payloads;
import io.tierflow.worker.isolation.HandlerCalls;
import io.tierflow.worker.isolation.NotRunException;
import io.tierflow.worker.isolation.ThreadCalls;
import io.tierflow.worker.memory.Room;
import io.tierflow.worker.resilience.Call;
import io.tierflow.worker.resilience.Caller;
import io.tierflow.worker.resilience.HandlerGuards;
import io.tierflow.worker.resilience.HandlerPolicy;
import io.tierflow.worker.resilience.ResilienceConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockShareConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a slot does with its guards and its locks, when the broker does not play along. */
@Timeout(60)
class TurnTest {

  private static final HandlerPolicy ONE_AT_A_TIME =
      new HandlerPolicy(
          Optional.empty(),
          Optional.empty(),
          Optional.of(new HandlerPolicy.Bulkhead(1, Duration.ofSeconds(3))),
          Optional.empty());

  private final HandlerGuards guards =
      new HandlerGuards(
          new ResilienceConfig(Map.of("same", ONE_AT_A_TIME)),
          InstantSource.system(),
          System::nanoTime);
  private final SingleObjectCodec codec = new SingleObjectCodec();
  private final List<AcknowledgeType> acknowledged = new ArrayList<>();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private HandlerCalls calls = new ThreadCalls(Handlers.of(TestHandlers.all()));

  @Test
  void anAttemptThatCannotBeginLeavesItsPlaceToOthers() {
    Turn turn = turn(new Broken());

    assertThatThrownBy(() -> turn.work(List.of(task("handed-over-first", 0L)), 0))
        .isInstanceOf(KafkaException.class)
        .hasMessage("the commit failed");

    assertThat(enter()).isInstanceOf(Call.class);
  }

  @Test
  void locksAreRenewedWhileATaskWaitsForItsGuards() throws Exception {
    Call other = (Call) enter();
    Turn turn = turn(new Renewing());

    turn.work(List.of(task("waits", null)), 0);

    assertThat(acknowledged).contains(AcknowledgeType.RENEW).endsWith(AcknowledgeType.ACCEPT);
    other.close();
  }

  @Test
  void aTaskForWhichNoProcessStartsIsPutOffAndCostsItNoDelivery() throws Exception {
    calls = new NoProcess();

    turn(new Renewing()).work(List.of(task("waits", null)), 0);

    assertThat(acknowledged).containsExactly(AcknowledgeType.ACCEPT);
    ProducerRecord<byte[], byte[]> told = producer.history().get(0);
    Failure failure = codec.decode(told.topic(), told.value(), StageFailed.class).getFailure();
    assertThat(failure.getKind()).isEqualTo(FailureKind.DEFERRED);
    assertThat(failure.getMessage()).isEqualTo("its worker could not work it: no memory");
    assertThat(failure.getRetryAfterMs()).isEqualTo(1000);
  }

  private Object enter() {
    return guards.enter("same", new Caller("other", 1, () -> true));
  }

  private ConsumerRecord<byte[], byte[]> task(String id, Long handOverMillis) {
    return new ConsumerRecord<>(
        "tierflow.tasks.small",
        0,
        7,
        new byte[0],
        codec.encode(
            "tierflow.tasks.small",
            Pool.task(id, "same").setHandOverAfterMs(handOverMillis).build()));
  }

  private Turn turn(MockShareConsumer<byte[], byte[]> consumer) {
    WorkerParts parts = parts();
    return new Turn(
        parts,
        new HandlerThread("handler", new AtomicInteger(), parts.room().seat()),
        consumer,
        new FetchModePolicy(FetchMode.SINGLE));
  }

  private WorkerParts parts() {
    WorkerConfig config =
        WorkerConfig.builder()
            .bootstrap("127.0.0.1:1")
            .resourceClass("small")
            .times(WorkerTimes.ofDefaults().withLock(Duration.ofSeconds(1)))
            .build();
    WorkerClock clock = new WorkerClock(InstantSource.system(), System::nanoTime);
    RecordSender sender = new RecordSender(producer, codec);
    StopSignal stop = new StopSignal();
    return new WorkerParts(
        config,
        clock,
        new TaskReader(codec, clock),
        new TaskPayloads(new Payloads(new NoStore()), stop),
        calls,
        new WorkerParts.Replies(
            new ReplyPublisher(sender, config.topics(), "worker", clock),
            new DeadLetters(sender, config.topics(), clock)),
        new WorkerCounters(),
        new StopOrders(System::nanoTime),
        new PausedClasses(),
        Machine.OWN,
        guards,
        stop,
        null, // no task runs long enough to look
        new Coordinator(() -> true, "group"),
        Room.unlimited());
  }

  /** Nothing here is too large to travel. */
  private static final class NoStore implements PayloadStore {
    @Override
    public String put(byte[] content) {
      throw new AssertionError("nothing is to be stored");
    }

    @Override
    public byte[] get(String reference) {
      throw new AssertionError("nothing was stored");
    }
  }

  /** No process starts. */
  private static final class NoProcess implements HandlerCalls {
    @Override
    public List<String> names() {
      return List.of("same");
    }

    @Override
    public HandlerCalls.Result call(HandlerCalls.Call call) throws NotRunException {
      throw new NotRunException("no memory", null);
    }

    @Override
    public long memoryUsed() {
      return 0;
    }

    @Override
    public void close() {
      // nothing runs
    }
  }

  /** Whatever it is to tell the broker is lost. */
  private static final class Broken extends MockShareConsumer<byte[], byte[]> {

    @Override
    public synchronized void acknowledge(
        ConsumerRecord<byte[], byte[]> record, AcknowledgeType type) {
      // nobody looks
    }

    @Override
    public synchronized Map<TopicIdPartition, Optional<KafkaException>> commitSync(
        Duration timeout) {
      throw new KafkaException("the commit failed");
    }
  }

  /** Notes what it is told, and gives renewed records back. */
  private final class Renewing extends MockShareConsumer<byte[], byte[]> {

    private ConsumerRecord<byte[], byte[]> renewed;

    @Override
    public synchronized void acknowledge(
        ConsumerRecord<byte[], byte[]> record, AcknowledgeType type) {
      acknowledged.add(type);
      renewed = record;
    }

    @Override
    public synchronized Map<TopicIdPartition, Optional<KafkaException>> commitSync(
        Duration timeout) {
      return Map.of();
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      return new ConsumerRecords<>(
          Map.of(new TopicPartition(renewed.topic(), renewed.partition()), List.of(renewed)),
          Map.of());
    }
  }
}
