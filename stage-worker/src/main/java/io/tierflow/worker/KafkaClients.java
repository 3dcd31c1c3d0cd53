package io.tierflow.worker;

import io.tierflow.wire.payload.KafkaPayloadStore;
import io.tierflow.wire.topics.BrokerAccess;
import io.tierflow.wire.topics.TopicSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes a worker's Kafka clients with the settings they need. Thread-safe. */
final class KafkaClients {

  /** Enough for one ordinary task; with a backlog the default made a slot 40 times slower. */
  private static final int SINGLE_FETCH_BYTES = 4096;

  private static final Duration PAYLOAD_LIMIT = Duration.ofSeconds(10);

  private final WorkerConfig config;

  KafkaClients(WorkerConfig config) {
    this.config = config;
  }

  Admin admin() throws BrokerAccess.UnknownHostsException {
    return BrokerAccess.admin(common("admin"));
  }

  Producer<byte[], byte[]> producer() {
    Map<String, Object> properties = common("replies");
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // Without lingering: what comes while requests are under way goes together in the next one.
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 2);
    // Room for the largest dead letter with its envelope of protocol.
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicSettings.MAX_DEAD_LETTER_BYTES);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * A member of the class's share group, subscribed to its tasks.
   *
   * @param batch whether it takes batches, or one record at a time
   */
  ShareConsumer<byte[], byte[]> consumer(boolean batch) {
    Map<String, Object> properties = common("tasks");
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, config.topics().workerGroup(config.lane()));
    properties.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    // A slot whose task is handed over does not poll for as long as the task runs.
    properties.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.MAX_VALUE);
    if (batch) {
      properties.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "batch_optimized");
    } else {
      properties.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
      properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
      properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, SINGLE_FETCH_BYTES);
    }
    return new KafkaShareConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** A reader of a whole topic, in no group. */
  Consumer<byte[], byte[]> reader(String role) {
    Map<String, Object> properties = common(role);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Where large payloads lie; every call gives up after 10 s. */
  KafkaPayloadStore payloadStore(InstantSource clock) {
    return new KafkaPayloadStore(
        common("payloads"), config.topics().payloads(), PAYLOAD_LIMIT, clock);
  }

  private Map<String, Object> common(String role) {
    Map<String, Object> properties = new HashMap<>(config.kafka());
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
    properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "worker-" + config.lane() + "-" + role);
    return properties;
  }
}
