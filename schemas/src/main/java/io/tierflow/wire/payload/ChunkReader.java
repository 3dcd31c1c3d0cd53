package io.tierflow.wire.payload;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the chunks of payloads by their offsets. A Kafka consumer serves one thread at a time, so a
 * lock lets one reader in after the other: thread-safe.
 */
final class ChunkReader implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(500);

  /** Four chunks: a fetch neither asks too often nor reads far past a small payload. */
  private static final int FETCH_BYTES = 4 * PayloadReference.CHUNK_BYTES;

  private final ReentrantLock lock = new ReentrantLock();
  private final String topic;
  private final Duration timeout;
  private final InstantSource clock;
  private final Consumer<byte[], byte[]> consumer; // guarded by lock

  ChunkReader(Map<String, ?> kafka, String topic, Duration timeout, InstantSource clock) {
    this.topic = topic;
    this.timeout = timeout;
    this.clock = clock;
    Map<String, Object> config = new HashMap<>(kafka);
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
    this.consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The bytes of all chunks, of the size the reference says, not yet compared by checksum. */
  byte[] read(PayloadReference reference) {
    try {
      lock.lockInterruptibly();
      try {
        return readLocked(reference);
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
      throw new PayloadException.Unavailable(
          "payload " + reference + ": interrupted while reading topic " + topic, e);
    } catch (OffsetOutOfRangeException e) {
      throw new PayloadException.Lost(
          "payload "
              + reference
              + ": topic "
              + topic
              + " no longer has its chunks (expired: raise the topic's retention)",
          e);
    } catch (KafkaException e) {
      throw new PayloadException.Unavailable(
          "payload " + reference + ": topic " + topic + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    consumer.wakeup(); // a reading under way has nobody who waits for it any more
    lock.lock();
    try {
      consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    } finally {
      lock.unlock();
    }
  }

  private byte[] readLocked(PayloadReference reference) {
    TopicPartition partition = new TopicPartition(topic, reference.partition());
    List<Long> offsets = reference.offsets();
    consumer.assign(List.of(partition));
    consumer.seek(partition, offsets.get(0));
    byte[] content = new byte[reference.size()];
    int chunk = 0;
    Instant giveUp = clock.instant().plus(timeout);
    while (chunk < offsets.size()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
        if (chunk < offsets.size() && record.offset() >= offsets.get(chunk)) {
          place(record, reference, chunk, content);
          chunk++;
          giveUp = clock.instant().plus(timeout);
        }
      }
      if (chunk < offsets.size() && clock.instant().isAfter(giveUp)) {
        throw new PayloadException.Unavailable(
            "payload "
                + reference
                + ": topic "
                + topic
                + " did not give the chunk at offset "
                + offsets.get(chunk)
                + " within "
                + timeout,
            null);
      }
    }
    return content;
  }

  private void place(
      ConsumerRecord<byte[], byte[]> record,
      PayloadReference reference,
      int chunk,
      byte[] content) {
    int at = chunk * PayloadReference.CHUNK_BYTES;
    int expected = Math.min(content.length - at, PayloadReference.CHUNK_BYTES);
    byte[] value = record.value();
    long offset = reference.offsets().get(chunk);
    if (record.offset() != offset || value == null || value.length != expected) {
      throw new PayloadException.Lost(
          "payload "
              + reference
              + ": topic "
              + topic
              + ": expected a chunk of "
              + expected
              + " bytes at offset "
              + offset
              + ", found "
              + (value == null ? "no" : value.length)
              + " bytes at offset "
              + record.offset(),
          null);
    }
    System.arraycopy(value, 0, content, at, expected);
  }
}
