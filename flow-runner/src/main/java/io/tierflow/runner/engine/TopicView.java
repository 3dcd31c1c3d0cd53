package io.tierflow.runner.engine;

import io.tierflow.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a small compacted topic from its beginning, on a thread of its own, and hands every
 * record to a reader. Each runner follows all of it, without a group.
 */
final class TopicView implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicView.class);
  private static final Duration POLL = Duration.ofMillis(500);

  /** Takes each record; value and key are as in the topic, and {@code live} once caught up. */
  interface Reader {
    void read(String key, ConsumerRecord<byte[], byte[]> record, boolean live)
        throws UndecodableException;
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;
  private final Reader reader;
  private final Thread thread;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private volatile boolean closed;

  TopicView(Map<String, Object> kafka, String topic, Reader reader) {
    this.consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.topic = topic;
    this.reader = reader;
    this.thread = new Thread(this::follow, "follow-" + topic);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Whether everything that was in the topic at the start has been read, waiting for at most so.
   */
  boolean awaitCaughtUp(Duration limit) throws InterruptedException {
    return caughtUp.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try (consumer) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!closed) {
        step(ends);
      }
    } catch (WakeupException e) {
      if (!closed) {
        throw e;
      }
    }
  }

  private void step(Map<TopicPartition, Long> ends) {
    try {
      boolean live = caughtUp.getCount() == 0;
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        read(record, live);
      }
      if (!live
          && ends.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
        caughtUp.countDown();
      }
    } catch (WakeupException e) {
      throw e;
    } catch (KafkaException e) {
      // The client keeps trying by itself; what it gives up on is tried again here.
      LOG.warn("{} cannot be followed for now: {}", topic, e.toString());
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record, boolean live) {
    if (record.key() == null) {
      LOG.warn("{}@{} has no key: passed over", topic, record.offset());
      return;
    }
    try {
      reader.read(new String(record.key(), StandardCharsets.UTF_8), record, live);
    } catch (UndecodableException e) {
      // A view for people: the record stays in its topic, and a later one of its key replaces it.
      LOG.warn("{}@{} is passed over: {}", topic, record.offset(), e.getMessage());
    }
  }
}
