package io.tierflow.testkafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Follows topics on a thread of its own, from where they end when it begins. */
public final class TopicFollower implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Action action;
  private final Consumer<Exception> broken;
  private final Thread thread = new Thread(this::follow, "topic-follower");
  private volatile boolean closed;

  /** What to do with a record, on the follower's thread. */
  @FunctionalInterface
  public interface Action {
    void accept(ConsumerRecord<byte[], byte[]> record) throws Exception;
  }

  private TopicFollower(
      KafkaConsumer<byte[], byte[]> consumer, Action action, Consumer<Exception> broken) {
    this.consumer = consumer;
    this.action = action;
    this.broken = broken;
  }

  /**
   * Follows from now on: no record that comes after this call is missed.
   *
   * @param broken told once why it follows no longer
   */
  public static TopicFollower start(
      String bootstrap, Collection<String> topics, Action action, Consumer<Exception> broken) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position); // from here, whatever comes before the first poll
    TopicFollower follower = new TopicFollower(consumer, action, broken);
    follower.thread.start();
    return follower;
  }

  private void follow() {
    try (consumer) {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          action.accept(record);
        }
      }
    } catch (Exception e) {
      broken.accept(e);
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
