package io.tierflow.worker;

import io.tierflow.schemas.StopOrder;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic of what no longer counts, all of it and on a thread of its own: one reader per
 * worker, in no group. Orders that were given before the worker started are read too, since the
 * tasks that they are about may be delivered to it. Whatever ends the reading is logged, and the
 * topic is read anew a second later; the worker goes on meanwhile, at worst with work in vain.
 */
final class StopOrderReader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StopOrderReader.class);
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final String topic;
  private final WireCodec codec;
  private final StopOrders orders;
  private final Thread thread;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private Consumer<byte[], byte[]> current; // guarded by this; null between two readings

  StopOrderReader(
      Supplier<Consumer<byte[], byte[]>> consumers,
      String topic,
      WireCodec codec,
      StopOrders orders) {
    this.consumers = consumers;
    this.topic = topic;
    this.codec = codec;
    this.orders = orders;
    this.thread = new Thread(this::read, "stop-orders");
    thread.setDaemon(true);
  }

  /** Begins to read. */
  StopOrderReader start() {
    thread.start();
    return this;
  }

  /** Waits until all that was in the topic at the start is known; false if time was over first. */
  boolean awaitCaughtUp(Duration time) throws InterruptedException {
    return caughtUp.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends the reading; it does not wait for it. */
  @Override
  public void close() {
    closed.countDown();
    synchronized (this) {
      if (current != null) {
        current.wakeup();
      }
    }
  }

  private void read() {
    try {
      while (!isClosed()) {
        try {
          readAll();
        } catch (WakeupException e) {
          log.debug("{} is read no longer", topic);
        } catch (KafkaException | RegistryException e) {
          log.warn("{} cannot be read and is tried again: {}", topic, e.toString());
        } catch (RuntimeException e) { // a thread that ended here would leave the worker deaf
          log.error("{} cannot be read and is tried again", topic, e);
        }
        pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readAll() {
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      synchronized (this) {
        current = consumer;
      }
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!isClosed()) {
        if (caughtUp.getCount() > 0 && isReached(consumer, ends)) {
          caughtUp.countDown();
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
      }
    } finally {
      synchronized (this) {
        current = null;
      }
    }
  }

  private static boolean isReached(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    try {
      orders.take(codec.decode(record.topic(), record.value(), StopOrder.class));
    } catch (UndecodableException e) {
      // It stays in its topic. Every worker reads it: none is the one to set it aside.
      log.warn("{}@{} is passed over: {}", topic, record.offset(), e.getMessage());
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void pause() throws InterruptedException {
    if (closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
      return; // the loop looks at isClosed()
    }
  }
}
