package io.tierflow.runner.engine;

import io.tierflow.wire.topics.TopicNames;
import io.tierflow.wire.topics.TopicSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of the engine's Kafka clients, and why they are what they are. */
final class KafkaSettings {

  private final EngineConfig config;

  KafkaSettings(EngineConfig config) {
    this.config = config;
  }

  /** What every client needs. */
  Map<String, Object> common() {
    Map<String, Object> settings = new HashMap<>(config.kafka());
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
    return settings;
  }

  Map<String, Object> producer() {
    Map<String, Object> settings = common();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    return settings;
  }

  /**
   * What Kafka Streams needs.
   *
   * @param session how long this runner may be silent until others take its runs over
   */
  Properties streams(Path stateDir, String instance, Duration session) {
    Properties settings = new Properties();
    settings.putAll(common());
    settings.put(
        StreamsConfig.APPLICATION_ID_CONFIG, new TopicNames(config.topicPrefix()).runnerGroup());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    settings.put(StreamsConfig.APPLICATION_SERVER_CONFIG, hostAndPort());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbyReplicas());
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    // State is written in transactions of its partition's owner: see StateWriters.
    settings.put(
        StreamsConfig.restoreConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG),
        "read_committed");
    // There is no global state here; this only answers Kafka's question about it.
    settings.put("processing.exception.handler.global.enabled", true);
    // What a crash makes repeat; a commit is cheap.
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    // Streams' own default lingers 100 ms on every hop.
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    // Without lingering: what comes while requests are under way goes together in the next one, so
    // batches grow with the load. Two, so that the rest of a decision need not wait for its first
    // task to be confirmed. State alone lingers, in a lane of its own: see StreamsClients.
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 2);
    // What lies in commands, results and errors is read in the order of its times: who takes over
    // reads a result that waits before the command that its silence is too long. Nothing is waited
    // for that is not there yet.
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0L);
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        TopicSettings.MAX_DEAD_LETTER_BYTES);
    settings.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, OversizedRecords.class);
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // A runner that comes back on the same data folder takes its partitions back at once; one that
    // stays away is replaced after the session timeout.
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instance);
    int silence = (int) session.toMillis();
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), silence);
    // By its next heartbeat the one that takes over learns that it has to.
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), silence / 6);
    return settings;
  }

  String hostAndPort() {
    URI url = URI.create(config.advertisedUrl());
    if (url.getHost() == null || url.getPort() < 0) {
      throw new IllegalArgumentException(
          "advertised URL '" + config.advertisedUrl() + "': expected http://host:port");
    }
    return url.getHost() + ":" + url.getPort();
  }
}
