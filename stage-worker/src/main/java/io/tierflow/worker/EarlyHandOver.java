package io.tierflow.worker;

import io.tierflow.schemas.StageTask;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands an attempt's lease to the runner before its handler begins. That is for stages declared
 * long, and for suspects: tasks that came back again and again without an outcome, perhaps since
 * they end the process that runs them. The broker would give such a task to one worker after the
 * other; once the runner owns it, each attempt takes one worker at the most, and the runner counts
 * them. Lives on the slot's owner thread.
 */
final class EarlyHandOver {

  private static final Logger log = LoggerFactory.getLogger(EarlyHandOver.class);

  /** From this delivery on a task is a suspect; one killed worker makes none. */
  static final int SUSPECT = 3;

  private final WorkerParts parts;
  private final ShareConsumer<byte[], byte[]> consumer;
  private final WorkerTimes times;
  private final Duration commitTimeout;

  EarlyHandOver(
      WorkerParts parts,
      ShareConsumer<byte[], byte[]> consumer,
      WorkerTimes times,
      Duration commitTimeout) {
    this.parts = parts;
    this.consumer = consumer;
    this.times = times;
    this.commitTimeout = commitTimeout;
  }

  /** Whether this attempt is not to begin before the runner owns its lease. */
  boolean isDue(StageTask task, int deliveries) {
    return deliveries >= SUSPECT || AttemptLimits.of(task, times).handOver().isZero();
  }

  /** Hands it over; false if it went back to its topic instead, or was lost to another worker. */
  boolean done(Attempt attempt, ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
    Lease lease = new Lease(consumer, record, commitTimeout);
    Duration heartbeatTimeout = AttemptLimits.of(attempt.task(), times).heartbeatTimeout();
    if (!Confirmations.await(parts.replies().attempts().handedOver(attempt, heartbeatTimeout))) {
      lease.release();
      return false;
    }
    if (!lease.accept()) {
      log.warn("lost the lease of {} before it began", attempt);
      return false;
    }
    return true;
  }
}
