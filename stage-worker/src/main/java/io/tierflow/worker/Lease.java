package io.tierflow.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's lock on one record, the only one in its consumer's hand. Used by the consumer's
 * owner thread only.
 */
final class Lease {

  private static final Logger log = LoggerFactory.getLogger(Lease.class);

  private record Place(int partition, long offset) {
    static Place of(ConsumerRecord<byte[], byte[]> record) {
      return new Place(record.partition(), record.offset());
    }
  }

  private final ShareConsumer<byte[], byte[]> consumer;
  private final ConsumerRecord<byte[], byte[]> record;
  private final Duration commitTimeout;

  Lease(
      ShareConsumer<byte[], byte[]> consumer,
      ConsumerRecord<byte[], byte[]> record,
      Duration commitTimeout) {
    this.consumer = consumer;
    this.record = record;
    this.commitTimeout = commitTimeout;
  }

  int partition() {
    return record.partition();
  }

  long offset() {
    return record.offset();
  }

  /**
   * Renews the lock.
   *
   * @return false if it was lost: another worker has the task by now, or soon
   */
  boolean renew() {
    return renew(consumer, List.of(record), commitTimeout);
  }

  /** Renews the locks of all that a consumer has in hand; false if one of them was lost. */
  static boolean renew(
      ShareConsumer<byte[], byte[]> consumer,
      List<ConsumerRecord<byte[], byte[]>> inHand,
      Duration timeout) {
    Set<Place> missing = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> each : inHand) {
      missing.add(Place.of(each));
      consumer.acknowledge(each, AcknowledgeType.RENEW);
    }
    if (!commit(consumer, timeout)) {
      return false;
    }
    // Not to wait here matters: a longer poll would block for all of its time and take further
    // records meanwhile. Renewed records come back at once; if one does not, its lock is lost.
    ConsumerRecords<byte[], byte[]> again = consumer.poll(Duration.ZERO);
    for (ConsumerRecord<byte[], byte[]> each : again) {
      if (!missing.remove(Place.of(each))) {
        consumer.acknowledge(each, AcknowledgeType.RELEASE);
      }
    }
    return missing.isEmpty();
  }

  /** Ends the task here; false if the lock was lost before, so that it will be delivered again. */
  boolean accept() {
    return settle(AcknowledgeType.ACCEPT);
  }

  /** Gives the task back, so that another slot may take it at once. */
  void release() {
    settle(AcknowledgeType.RELEASE);
  }

  private boolean settle(AcknowledgeType type) {
    consumer.acknowledge(record, type);
    return commit(consumer, commitTimeout);
  }

  /** Sends what was acknowledged; false if the broker did not take all of it. */
  static boolean commit(ShareConsumer<byte[], byte[]> consumer, Duration timeout) {
    Map<TopicIdPartition, Optional<KafkaException>> results = consumer.commitSync(timeout);
    boolean taken = true;
    for (Map.Entry<TopicIdPartition, Optional<KafkaException>> result : results.entrySet()) {
      if (result.getValue().isPresent()) {
        log.warn(
            "acknowledgement of {} was not taken: {}",
            result.getKey(),
            result.getValue().get().toString());
        taken = false;
      }
    }
    return taken;
  }
}
