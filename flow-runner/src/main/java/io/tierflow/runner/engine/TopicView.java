package io.tierflow.runner.engine;

import io.tierflow.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a small compacted topic from its beginning, on a thread of its own, and hands every
 * record to a reader. Each runner follows all of it, without a group. Whatever ends the reading, a
 * registry or a broker that does not answer, or a bug in a reader, is logged, and the topic is read
 * anew from its beginning a second later: readers take a record twice.
 */
final class TopicView implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicView.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Takes each record; value and key are as in the topic, and {@code live} once caught up. */
  interface Reader {
    void read(String key, ConsumerRecord<byte[], byte[]> record, boolean live)
        throws UndecodableException;

    /**
     * All that the topic held a moment ago has been read: the broker has answered, and that again
     * and again, also where there is nothing new.
     */
    default void upToDate() {}
  }

  private final Consumer<byte[], byte[]> consumer; // the thread's, but for wakeup
  private final String topic;
  private final Reader reader;
  private final Thread thread;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean following;
  private Optional<Object> answers = Optional.empty(); // how many fetches were; the thread's

  TopicView(Map<String, Object> kafka, String topic, Reader reader) {
    this(
        () -> new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        topic,
        reader);
  }

  TopicView(Supplier<Consumer<byte[], byte[]>> consumer, String topic, Reader reader) {
    this.consumer = consumer.get();
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

  /** Whether the reader has all that is in the topic, and gets what comes. */
  boolean isFollowing() {
    return following && thread.isAlive();
  }

  @Override
  public void close() {
    closed.countDown();
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try (consumer) {
      while (!isClosed()) {
        try {
          readFromBeginning();
        } catch (WakeupException e) {
          LOG.debug("{} is followed no longer", topic);
        } catch (RuntimeException e) {
          LOG.error("{} cannot be followed: it is read again from its beginning", topic, e);
        }
        following = false;
        closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readFromBeginning() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (!isClosed()) {
      step(ends);
    }
  }

  private void step(Map<TopicPartition, Long> ends) {
    boolean live = following;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      read(record, live);
    }
    if (live && isAnswered()) {
      reader.upToDate();
    }
    if (!live
        && ends.entrySet().stream()
            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
      following = true;
      reader.upToDate();
      caughtUp.countDown();
    }
  }

  // A poll that gives nothing says nothing: a broker that is not there has nothing either.
  private boolean isAnswered() {
    Optional<Object> now =
        consumer.metrics().entrySet().stream()
            .filter(metric -> metric.getKey().name().equals("fetch-total"))
            .filter(metric -> metric.getKey().group().equals("consumer-fetch-manager-metrics"))
            .map(metric -> metric.getValue().metricValue())
            .findFirst();
    boolean answered = !now.equals(answers);
    answers = now;
    return answered;
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

  private boolean isClosed() {
    return closed.getCount() == 0;
  }
}
