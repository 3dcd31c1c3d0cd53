package io.tierflow.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One unit of a worker's concurrency: a share consumer of its own, used by this slot's thread only,
 * and a thread for its handlers.
 */
final class Slot implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Slot.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REST_AFTER_ERROR = Duration.ofSeconds(1);

  private final WorkerParts parts;
  private final KafkaClients clients;
  private final CountDownLatch subscribed;
  private final FetchModePolicy policy;
  private final String name;

  Slot(WorkerParts parts, KafkaClients clients, CountDownLatch subscribed, String name) {
    this.parts = parts;
    this.clients = clients;
    this.subscribed = subscribed;
    this.policy = new FetchModePolicy(parts.config().fetchMode());
    this.name = name;
  }

  @Override
  public void run() {
    try (HandlerThread thread = new HandlerThread(name + "-handler", parts.counters().abandoned)) {
      while (!parts.stop().isStopping()) {
        consume(thread);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("{} was interrupted and ends; its task will be delivered again", name);
    }
  }

  private void consume(HandlerThread thread) throws InterruptedException {
    boolean batch = policy.isBatch();
    ShareConsumer<byte[], byte[]> consumer = clients.consumer(batch);
    boolean first = true;
    try {
      consumer.subscribe(List.of(parts.config().topics().tasks(parts.config().resourceClass())));
      while (!parts.stop().isStopping() && policy.isBatch() == batch) {
        long asked = parts.clock().nano();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        consumer.poll(POLL).forEach(records::add);
        if (first) {
          subscribed.countDown();
          first = false;
        }
        if (!records.isEmpty()) {
          work(new Turn(parts, thread, consumer, policy), records, asked);
        }
      }
    } catch (RuntimeException e) {
      // Whatever was in hand is delivered again; a new consumer begins clean.
      log.error("{} begins anew after an error of its consumer", name, e);
      parts.stop().pause(REST_AFTER_ERROR);
    } finally {
      close(consumer);
    }
  }

  private void work(Turn turn, List<ConsumerRecord<byte[], byte[]>> records, long asked)
      throws InterruptedException {
    parts.counters().busy.incrementAndGet();
    try {
      turn.work(records, parts.clock().nano() - asked);
    } finally {
      parts.counters().busy.decrementAndGet();
    }
  }

  private void close(ShareConsumer<byte[], byte[]> consumer) {
    try {
      consumer.close(CLOSE_TIMEOUT);
    } catch (KafkaException e) {
      log.warn("{}: its consumer did not close cleanly: {}", name, e.toString());
    }
  }
}
