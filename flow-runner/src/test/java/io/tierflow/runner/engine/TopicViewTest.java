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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicViewTest {

  private static final TopicPartition ONLY = new TopicPartition("flows", 0);

  private final AtomicInteger fetches = new AtomicInteger();
  private final AtomicInteger upToDate = new AtomicInteger();
  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name()) {
        @Override
        public synchronized Map<MetricName, ? extends Metric> metrics() {
          MetricName name =
              new MetricName("fetch-total", "consumer-fetch-manager-metrics", "", Map.of());
          return Map.of(name, metric(name, fetches.doubleValue()));
        }
      };
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

  @Test
  void isUpToDateAgainOnlyWhenTheBrokerHasAnsweredAgain() throws Exception {
    start();
    assertThat(view.awaitCaughtUp(Duration.ofSeconds(30))).isTrue();
    passPolls();
    int before = upToDate.get();
    passPolls();
    assertThat(upToDate).as("polls that no broker answered").hasValue(before);

    fetches.incrementAndGet();
    passPolls();
    assertThat(upToDate).hasValue(before + 1);
  }

  // The second and all before it are whole steps when the third begins.
  private void passPolls() throws InterruptedException {
    CountDownLatch polls = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      consumer.schedulePollTask(polls::countDown);
    }
    assertThat(polls.await(30, TimeUnit.SECONDS)).isTrue();
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
            new TopicView.Reader() {
              @Override
              public void read(String key, ConsumerRecord<byte[], byte[]> record, boolean live) {
                RuntimeException now = failure;
                if (now != null) {
                  read.add("refused " + key);
                  throw now;
                }
                read.add(key);
              }

              @Override
              public void upToDate() {
                upToDate.incrementAndGet();
              }
            });
  }

  private static Metric metric(MetricName name, double value) {
    return new Metric() {
      @Override
      public MetricName metricName() {
        return name;
      }

      @Override
      public Object metricValue() {
        return value;
      }
    };
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
