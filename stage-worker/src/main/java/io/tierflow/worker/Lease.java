package io.tierflow.worker;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
    if (!settle(AcknowledgeType.RENEW)) {
      return false;
    }
    // Not to wait here matters: a longer poll would block for all of its time and take further
    // records meanwhile. The renewed record comes back at once; if it does not, the lock is lost.
    boolean kept = false;
    ConsumerRecords<byte[], byte[]> again = consumer.poll(Duration.ZERO);
    for (ConsumerRecord<byte[], byte[]> each : again) {
      if (each.offset() == record.offset() && each.partition() == record.partition()) {
        kept = true;
      } else {
        consumer.acknowledge(each, AcknowledgeType.RELEASE);
      }
    }
    return kept;
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
