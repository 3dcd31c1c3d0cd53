package io.tierflow.standalone.guarantees;

import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Follows the public log and wakes who waits for the next event of a type. Thread-safe. */
final class EventWatch implements AutoCloseable {

  private static final String TOPIC = "tierflow.events";

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final SingleObjectCodec codec = new SingleObjectCodec();
  private final Map<String, CountDownLatch> waiting = new HashMap<>(); // guarded by itself
  private final Thread thread = new Thread(this::follow, "event-watch");
  private volatile boolean closed;
  private volatile Throwable broken;

  EventWatch(String bootstrap) {
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(TOPIC).stream()
            .map(info -> new TopicPartition(TOPIC, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    thread.start();
  }

  /** Waits for the next event of a type; false if none came in this time. */
  boolean await(String type, Duration longest) throws InterruptedException {
    if (broken != null) {
      throw new IllegalStateException("the public log could not be followed", broken);
    }
    CountDownLatch latch;
    synchronized (waiting) {
      latch = waiting.computeIfAbsent(type, t -> new CountDownLatch(1));
    }
    return latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void follow() {
    try (consumer) {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          for (RunEvent event : codec.decode(TOPIC, record.value(), RunEvents.class).getEvents()) {
            wake(event.getType());
          }
        }
      }
    } catch (UndecodableException | RuntimeException e) {
      broken = e;
    }
  }

  private void wake(String type) {
    synchronized (waiting) {
      CountDownLatch latch = waiting.remove(type);
      if (latch != null) {
        latch.countDown();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
