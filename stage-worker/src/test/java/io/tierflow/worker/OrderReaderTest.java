package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.StopReason;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Orders of which one cannot be read. */
@Timeout(60)
class OrderReaderTest {

  private static final TopicPartition ONLY = new TopicPartition("control", 0);

  private final SingleObjectCodec codec = new SingleObjectCodec();
  private final StopOrders orders = new StopOrders(System::nanoTime);
  private final AtomicInteger readings = new AtomicInteger();

  @Test
  void anOrderWhoseSchemaTheRegistryRefusesDoesNotHoldUpThoseBehindIt() throws Exception {
    RefusesTheFirst refusing = new RefusesTheFirst();
    OrderReader.Sink sink =
        value -> orders.take(refusing.decode(ONLY.topic(), value, StopOrder.class));
    try (OrderReader reader = new OrderReader(this::consumer, Map.of(ONLY.topic(), sink)).start()) {

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> orders.against(Pool.task("second", "echo").build()).isPresent());

      assertThat(orders.against(Pool.task("first", "echo").build())).isEmpty();
      assertThat(reader.awaitCaughtUp(Duration.ofSeconds(30))).isTrue();
      assertThat(readings).hasValue(1);
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    readings.incrementAndGet();
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updatePartitions(
        ONLY.topic(), List.of(new PartitionInfo(ONLY.topic(), 0, null, null, null)));
    consumer.updateBeginningOffsets(Map.of(ONLY, 0L));
    consumer.updateEndOffsets(Map.of(ONLY, 2L));
    consumer.schedulePollTask(
        () -> {
          consumer.addRecord(order(0, "run-first"));
          consumer.addRecord(order(1, "run-second"));
        });
    return consumer;
  }

  private ConsumerRecord<byte[], byte[]> order(long offset, String run) {
    StopOrder order =
        StopOrder.newBuilder()
            .setRunId(run)
            .setReason(StopReason.SUPERSEDED)
            .setAt(Instant.EPOCH)
            .build();
    return new ConsumerRecord<>(
        ONLY.topic(), 0, offset, new byte[0], codec.encode(ONLY.topic(), order));
  }

  /** Stands for a registry that answers no to the schema of the first record. */
  private final class RefusesTheFirst implements WireCodec {

    @Override
    public byte[] encode(String topic, SpecificRecord value) {
      return codec.encode(topic, value);
    }

    @Override
    public void prepare(String topic, Class<? extends SpecificRecord> type) {
      codec.prepare(topic, type);
    }

    @Override
    public <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type)
        throws UndecodableException {
      T value = codec.decode(topic, bytes, type);
      if (((StopOrder) (Object) value).getRunId().equals("run-first")) {
        throw new RegistryException.Refused("GET /schemas/ids/7: 403");
      }
      return value;
    }
  }
}
