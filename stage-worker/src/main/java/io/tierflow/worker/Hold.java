package io.tierflow.worker;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;

/**
 * The broker's locks on all that a slot has in hand before the next task begins: they are renewed
 * while that task waits for its turn. Lives on the slot's owner thread.
 */
final class Hold {

  private final WorkerClock clock;
  private final ShareConsumer<byte[], byte[]> consumer;
  private final Duration lock;
  private final Duration commitTimeout;
  private long lockedAt;

  /** Of records that were locked just now, for so long. */
  Hold(
      WorkerClock clock,
      ShareConsumer<byte[], byte[]> consumer,
      Duration lock,
      Duration commitTimeout) {
    this.clock = clock;
    this.consumer = consumer;
    this.lock = lock;
    this.commitTimeout = commitTimeout;
    this.lockedAt = clock.nano();
  }

  /** When the locks were taken or last renewed. */
  long lockedAt() {
    return lockedAt;
  }

  /** Whether a third of the lock is over. */
  boolean isDue() {
    return clock.nano() - lockedAt > lock.toNanos() / 3;
  }

  /**
   * Renews the locks of these records, all that the consumer has in hand.
   *
   * @throws KafkaException if one was lost: others will get the records
   */
  void renew(List<ConsumerRecord<byte[], byte[]>> inHand) {
    long begin = clock.nano();
    if (!Lease.renew(consumer, inHand, commitTimeout)) {
      throw new KafkaException("lost leases of tasks that waited for their handlers' guards");
    }
    lockedAt = begin;
  }
}
