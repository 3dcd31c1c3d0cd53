package io.tierflow.runner.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The Kafka clients of Kafka Streams: the usual ones, but for each stream thread's producer, which
 * has two lanes, and its consumer, which tells the producer how much there is to do. Thread-safe.
 */
final class StreamsClients implements KafkaClientSupplier {

  /** How long state gathers. Nobody waits for it but a commit, which does not let it wait. */
  private static final int GATHER_MILLIS = 50;

  /** Room for what gathers in one partition: a full batch would leave early. */
  private static final int GATHER_BYTES = 256 << 10;

  private static final String CHANGELOG = "-changelog"; // how Kafka Streams names them

  private final InstantSource clock;
  private final Map<String, Burst> bursts = new ConcurrentHashMap<>(); // by stream thread

  StreamsClients(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    Map<String, Object> gathering = new HashMap<>(config);
    gathering.merge(CommonClientConfigs.CLIENT_ID_CONFIG, "-state", (id, lane) -> "" + id + lane);
    gathering.put(ProducerConfig.LINGER_MS_CONFIG, GATHER_MILLIS);
    gathering.put(ProducerConfig.BATCH_SIZE_CONFIG, GATHER_BYTES);
    Burst burst = new Burst(clock);
    bursts.put(threadOf(config), burst);
    Producer<byte[], byte[]> urgent = producer(config);
    try {
      return new TwoLaneProducer(
          urgent, producer(gathering), topic -> topic.endsWith(CHANGELOG), burst);
    } catch (RuntimeException e) {
      urgent.close();
      throw e;
    }
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new MainConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  /** A stream thread polls again once it has worked through what the last poll gave. */
  private final class MainConsumer extends KafkaConsumer<byte[], byte[]> {
    private final String thread;

    MainConsumer(Map<String, Object> config) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.thread = threadOf(config);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      Burst burst = bursts.get(thread);
      if (burst == null) {
        throw new IllegalStateException(thread + " polls without a producer of its own");
      }
      burst.release();
      ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
      burst.begin(records.count());
      return records;
    }
  }

  // A client's id is its stream thread's name and, after a hyphen, what it is.
  private static String threadOf(Map<String, Object> config) {
    String client = String.valueOf(config.get(CommonClientConfigs.CLIENT_ID_CONFIG));
    return client.substring(0, client.lastIndexOf('-'));
  }

  private static Producer<byte[], byte[]> producer(Map<String, Object> config) {
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
