package io.tierflow.worker;

import io.tierflow.wire.RegistryException;
import io.tierflow.wire.UndecodableException;
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
 * Reads the topics of what is said to all workers, all of them from their beginnings and on a
 * thread of its own: one reader per worker, in no group. What was said before the worker started is
 * read too, since the tasks that it is about may be delivered to it. Whatever ends the reading is
 * logged, and the topics are read anew a second later; the worker goes on meanwhile with what it
 * knows, at worst with work in vain.
 */
final class OrderReader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OrderReader.class);
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Map<String, Sink> sinks;
  private final Thread thread;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private Consumer<byte[], byte[]> current; // guarded by this; null between two readings

  /** Takes the values of one topic, on the reader's thread; each may come again. */
  @FunctionalInterface
  interface Sink {
    void take(byte[] value) throws UndecodableException;
  }

  /** A reader of these topics, each with who takes what it holds. */
  OrderReader(Supplier<Consumer<byte[], byte[]>> consumers, Map<String, Sink> sinks) {
    this.consumers = consumers;
    this.sinks = Map.copyOf(sinks);
    this.thread = new Thread(this::read, "orders");
    thread.setDaemon(true);
  }

  /** Begins to read. */
  OrderReader start() {
    thread.start();
    return this;
  }

  /** Waits until all that was in the topics at the start is known; false if time was over first. */
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
          log.debug("{} are read no longer", sinks.keySet());
        } catch (KafkaException | RegistryException e) {
          log.warn("{} cannot be read, which is tried again: {}", sinks.keySet(), e.toString());
        } catch (RuntimeException e) { // a thread that ended here would leave the worker deaf
          log.error("{} cannot be read, which is tried again", sinks.keySet(), e);
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
          sinks.keySet().stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
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
    if (record.value() == null) {
      return; // nothing is said by that
    }
    try {
      sinks.get(record.topic()).take(record.value());
    } catch (UndecodableException | RegistryException.Refused e) {
      // To read it again would not help, and would keep what is behind it from being read. It stays
      // in its topic: every worker reads it, none is the one to set it aside.
      log.warn("{}@{} is passed over: {}", record.topic(), record.offset(), e.getMessage());
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
