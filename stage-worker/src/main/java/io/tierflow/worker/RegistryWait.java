package io.tierflow.worker;

import io.tierflow.wire.RegistryException;
import io.tierflow.wire.UndecodableException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the leases of what a slot has in hand while the schema registry does not say how to read
 * it. To give the records back instead would cost each of them a delivery at every try, and after
 * the last one the broker drops them for good. Lives on the slot's owner thread.
 */
final class RegistryWait {

  private static final Logger log = LoggerFactory.getLogger(RegistryWait.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final WorkerParts parts;
  private final ShareConsumer<byte[], byte[]> consumer;
  private final Duration commitTimeout;

  RegistryWait(WorkerParts parts, ShareConsumer<byte[], byte[]> consumer, Duration commitTimeout) {
    this.parts = parts;
    this.consumer = consumer;
    this.commitTimeout = commitTimeout;
  }

  /**
   * Waits until the registry says how to read the first of the records.
   *
   * @param inHand all that the consumer has in hand
   * @return false if the worker is stopped first
   * @throws KafkaException if leases were lost: others will get the records
   */
  boolean await(List<ConsumerRecord<byte[], byte[]>> inHand, RegistryException why)
      throws InterruptedException {
    log.warn("tasks wait for the schema registry: {}", why.getMessage());
    while (!parts.stop().isStopping()) {
      if (!Lease.renew(consumer, inHand, commitTimeout)) {
        throw new KafkaException("lost leases of tasks that waited for the schema registry");
      }
      parts.stop().pause(PAUSE);
      if (answers(inHand.get(0))) {
        log.info("the schema registry answers: tasks go on");
        return true;
      }
    }
    return false;
  }

  private boolean answers(ConsumerRecord<byte[], byte[]> record) {
    try {
      parts.tasks().read(record);
      return true;
    } catch (UndecodableException e) {
      return true; // an answer too: the caller meets it again and sets the record aside
    } catch (RegistryException e) {
      log.debug("no answer from the schema registry yet", e);
      return false;
    }
  }
}
