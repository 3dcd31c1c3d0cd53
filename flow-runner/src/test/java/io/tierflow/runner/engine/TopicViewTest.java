package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.wire.RegistryException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicViewTest {

  private static final TopicPartition ONLY = new TopicPartition("flows", 0);

  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name());
  private final Queue<String> read = new ConcurrentLinkedQueue<>();
  private volatile RuntimeException failure;
  private TopicView view;

  @AfterEach
  void close() {
    view.close();
  }

  @Test
  void readsARecordAgainThatTheRegistryDidNotExplainAtFirst() throws Exception {
    failure = new RegistryException.Unavailable("http://registry: no answer", null);
    start();
    await().until(() -> read.contains("refused a"));
    assertThat(view.isFollowing()).isFalse();

    failure = null;
    fillAtNextPoll();
    assertThat(view.awaitCaughtUp(Duration.ofSeconds(30))).isTrue();
    await().until(view::isFollowing);
    assertThat(read).contains("a", "b");
  }

  @Test
  void goesOnWhenABrokerCouldNotBeAsked() throws Exception {
    consumer.setOffsetsException(new KafkaException("no broker"));
    start();
    assertThat(view.awaitCaughtUp(Duration.ofSeconds(30))).isTrue();
    assertThat(read).contains("a", "b");
  }

  private void start() {
    consumer.updatePartitions("flows", List.of(new PartitionInfo("flows", 0, null, null, null)));
    consumer.updateBeginningOffsets(Map.of(ONLY, 0L));
    consumer.updateEndOffsets(Map.of(ONLY, 2L));
    fillAtNextPoll();
    view =
        new TopicView(
            () -> consumer,
            "flows",
            (key, record, live) -> {
              RuntimeException now = failure;
              if (now != null) {
                read.add("refused " + key);
                throw now;
              }
              read.add(key);
            });
  }

  private void fillAtNextPoll() {
    consumer.schedulePollTask(
        () -> {
          consumer.addRecord(record(0, "a"));
          consumer.addRecord(record(1, "b"));
        });
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, String key) {
    return new ConsumerRecord<>(
        "flows", 0, offset, key.getBytes(StandardCharsets.UTF_8), new byte[0]);
  }
}
