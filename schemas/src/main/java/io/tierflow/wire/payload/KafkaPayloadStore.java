package io.tierflow.wire.payload;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A payload store on a Kafka topic of its own, {@code <prefix>payloads}: payloads lie there in
 * chunks of 512 KiB, written and confirmed before {@link #put} returns, and are compared by size
 * and SHA-256 when read. The topic's retention is how long they last; it must be longer than the
 * longest run and whatever may be replayed.
 *
 * <p>Thread-safe: writes go side by side, reads one after the other. Payloads are at most 2 GiB.
 * Close it when the process ends.
 */
public final class KafkaPayloadStore implements PayloadStore, AutoCloseable {

  private final String topic;
  private final ChunkWriter writer;
  private final ChunkReader reader;

  /**
   * A store on an existing topic.
   *
   * @param kafka client settings for producer and consumer alike: {@code bootstrap.servers},
   *     security; serializers and groups are set here
   * @param topic see {@link #topic(String)}
   * @param timeout how long to wait for the next confirmation or chunk
   * @param clock what time it is, for the time limit
   */
  public KafkaPayloadStore(
      Map<String, ?> kafka, String topic, Duration timeout, InstantSource clock) {
    this.topic = Objects.requireNonNull(topic, "topic");
    this.writer = new ChunkWriter(kafka, topic, timeout);
    this.reader = new ChunkReader(kafka, topic, timeout, clock);
  }

  /** The topic's name for a prefix such as {@code tierflow.}. */
  public static String topic(String prefix) {
    return prefix + "payloads";
  }

  /** What to create the topic as. */
  public static NewTopic newTopic(
      String topic, int partitions, short replicas, Duration retention) {
    return new NewTopic(topic, partitions, replicas)
        .configs(
            Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(retention.toMillis())));
  }

  @Override
  public String put(byte[] content) {
    return writer.write(content, sha256(content)).toString();
  }

  @Override
  public byte[] get(String reference) {
    PayloadReference place = PayloadReference.parse(reference);
    byte[] content = reader.read(place);
    String found = HexFormat.of().formatHex(sha256(content));
    if (!found.equals(place.sha256())) {
      throw new PayloadException.Lost(
          "payload "
              + reference
              + ": topic "
              + topic
              + " holds other bytes there (SHA-256 "
              + found
              + "): was the topic created again?",
          null);
    }
    return content;
  }

  /** Ends at once, whatever the brokers do: a read or write under way fails as unavailable. */
  @Override
  public void close() {
    try (reader) {
      writer.close();
    }
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
