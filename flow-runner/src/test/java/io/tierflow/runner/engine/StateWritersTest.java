package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One writer for each partition's state, on a real broker: who was replaced changes nothing. */
@KafkaTest
class StateWritersTest {

  private static final int LARGEST = 100;
  private static final int COUNT = 2;

  @TempDir private static Path data;
  private static TestKafka broker;
  private static final AtomicLong now = new AtomicLong();
  private static int topics;

  private String topic;
  private final List<Exception> refused = new CopyOnWriteArrayList<>();
  private final StateWriters first = writers();
  private final StateWriters second = writers();

  @BeforeAll
  static void start() {
    broker = TestKafka.start(data);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void makeTopic() throws Exception {
    topic = "state-" + topics++;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      admin.createTopics(List.of(new NewTopic(topic, COUNT, (short) 1))).all().get();
    }
  }

  @Test
  void whatIsWrittenCountsOnceItIsCommitted() {
    first.own(0);
    write(first, 0, "one");
    write(first, 0, "two");
    first.commit();
    write(first, 0, "three");

    assertThat(committed(0, 2)).containsExactly("one", "two");

    first.commit();
    assertThat(committed(0, 3)).containsExactly("one", "two", "three");
    first.close(Duration.ZERO);
  }

  @Test
  void whatIsWrittenIsDueAfterAWhile() {
    first.own(0);
    first.own(1);
    write(first, 0, "one");
    now.addAndGet(StateWriters.OLDEST_MILLIS - 10);
    write(first, 1, "later");
    assertThat(first.commitWhatIsDue()).isEqualTo(10);
    now.addAndGet(10);

    assertThat(first.commitWhatIsDue()).isEqualTo(StateWriters.OLDEST_MILLIS - 10);

    assertThat(committed(0, 1)).containsExactly("one");
    first.handOver(1);
    assertThat(first.commitWhatIsDue()).isEqualTo(Long.MAX_VALUE);
    first.close(Duration.ZERO);
  }

  @Test
  void whoIsReplacedCommitsNothingMore() {
    first.own(0);
    write(first, 0, "kept");
    first.commit();
    write(first, 0, "open when it was replaced");

    second.own(0);
    write(second, 0, "by the next");
    second.commit();

    assertThatExceptionOfType(KafkaException.class).isThrownBy(first::commit);
    assertThat(committed(0, 2)).containsExactly("kept", "by the next");
    first.close(Duration.ZERO);
    assertThat(first.isLost()).isTrue();
    second.close(Duration.ZERO);
  }

  @Test
  void whoIsReplacedWhileItHasNothingOpenBeginsNothingMore() {
    first.own(0);
    write(first, 0, "kept");
    first.commit();

    second.own(0);
    write(first, 0, "late");

    assertThatExceptionOfType(KafkaException.class).isThrownBy(first::commit);
    assertThat(refused).hasSize(1);
    write(second, 0, "by the next");
    second.commit();
    assertThat(committed(0, 2)).containsExactly("kept", "by the next");
    first.close(Duration.ZERO);
    second.close(Duration.ZERO);
  }

  @Test
  void aPartitionThatIsHandedOverIsCommittedAndOthersStay() {
    first.own(0);
    first.own(1);
    write(first, 0, "before");
    first.handOver(0);
    second.own(0);
    write(second, 0, "after");
    second.commit();
    write(first, 1, "still");
    first.commit();

    assertThat(committed(0, 2)).containsExactly("before", "after");
    assertThat(committed(1, 1)).containsExactly("still");
    assertThat(first.isLost()).isFalse();
    assertThatThrownBy(() -> write(first, 0, "not mine"))
        .hasMessageContaining(topic + "-0: found a write, expected none by this thread");
    first.close(Duration.ZERO);
    second.close(Duration.ZERO);
  }

  @Test
  void losingAPartitionWithOpenWritesVoidsTheLocalState() {
    first.own(0);
    first.own(1);
    write(first, 0, "counts");
    first.commit();
    first.lose(0);
    first.requireWhole();

    write(first, 1, "does not");
    first.lose(1);

    assertThatThrownBy(first::requireWhole).hasMessageContaining("is void");
    first.close(Duration.ZERO);
  }

  @Test
  void whatIsTooLargeIsRefusedAndTheRestCounts() {
    first.own(0);
    write(first, 0, "before");
    write(first, 0, "x".repeat(LARGEST + 1));
    write(first, 0, "after");
    first.commit();

    assertThat(refused)
        .singleElement()
        .isInstanceOf(RecordTooLargeException.class)
        .extracting(Exception::getMessage)
        .asString()
        .contains("found 102 bytes, expected at most 100");
    assertThat(committed(0, 2)).containsExactly("before", "after");
    first.close(Duration.ZERO);
  }

  private static StateWriters writers() {
    return new StateWriters(
        partition ->
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    broker.bootstrap(),
                    "transactional.id",
                    "state-" + partition,
                    "linger.ms",
                    50),
                new ByteArraySerializer(),
                new ByteArraySerializer()),
        LARGEST,
        now::get);
  }

  private void write(StateWriters writers, int partition, String value) {
    var unused =
        writers.send(
            new ProducerRecord<>(
                topic, partition, new byte[] {1}, value.getBytes(StandardCharsets.UTF_8)),
            (metadata, failure) -> {
              if (failure != null) {
                refused.add(failure);
              }
            });
  }

  /** What readers of committed records see, at least so many. */
  private List<String> committed(int partition, int count) {
    List<String> seen = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrap(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, partition)));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(100))
                    .forEach(each -> seen.add(new String(each.value(), StandardCharsets.UTF_8)));
                return seen.size() >= count;
              });
    }
    return seen;
  }
}
