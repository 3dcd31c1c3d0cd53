package io.tierflow.runner.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.wire.SingleObjectCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is handed over, and what is kept unread while a target takes nothing. */
class AlertFollowerTest implements AlertTarget {

  private static final String TOPIC = "events";
  private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
  private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Counter sent = registry.counter("sent");
  private final Counter failed = registry.counter("failed");
  private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
  private final List<String> taken = new ArrayList<>();
  private boolean away;
  private Instant now = Instant.EPOCH;
  private final AlertFollower follower =
      new AlertFollower(
          consumer,
          new SingleObjectCodec(),
          this,
          new AlertFollower.Meters(sent, failed),
          () -> now);

  @Override
  public String name() {
    return "test";
  }

  @Override
  public void send(Alert alert) throws NotTakenException {
    if (away) {
      throw new NotTakenException("away", null);
    }
    taken.add(alert.runId() + " " + (alert.isRisen() ? "+" : "-") + alert.stage());
  }

  @BeforeEach
  void assign() {
    consumer.assign(List.of(FIRST, SECOND));
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
  }

  @Test
  void handsOverWhatRisesAndClearsAndPassesAllElseOver() throws Exception {
    add(FIRST, 0, AlertRecords.flagged(TOPIC, "r1"));
    add(FIRST, 1, AlertRecords.flagged(TOPIC, "r1", "a", "b"));
    add(FIRST, 2, AlertRecords.cleared(TOPIC, "r1", "a"));

    step();

    assertThat(taken).containsExactly("r1 +a", "r1 +b", "r1 -a");
    assertThat(committed(FIRST)).isEqualTo(3);
    assertThat(sent.count()).isEqualTo(3);
  }

  @Test
  void handsARepetitionOverOnce() throws Exception {
    add(FIRST, 0, AlertRecords.flagged(TOPIC, "r1", "a"));
    add(FIRST, 1, AlertRecords.flagged(TOPIC, "r1", "a"));
    add(FIRST, 2, AlertRecords.flagged(TOPIC, "r2", "a"));

    step();

    assertThat(taken).containsExactly("r1 +a", "r2 +a");
  }

  @Test
  void leavesUnreadWhatIsNotTakenAndHandsItOverInOrderLater() throws Exception {
    add(FIRST, 0, AlertRecords.flagged(TOPIC, "r1", "a"));
    step();
    away = true;
    add(FIRST, 1, AlertRecords.flagged(TOPIC, "r1", "b", "c"));
    add(SECOND, 0, AlertRecords.flagged(TOPIC, "r2", "a"));
    step();

    assertThat(committed(FIRST)).isEqualTo(1);
    assertThat(failed.count()).isEqualTo(1);
    step();
    assertThat(failed.count()).as("not tried before its time").isEqualTo(1);
    assertThat(consumer.paused()).isEqualTo(Set.of(FIRST, SECOND));

    away = false;
    now = now.plus(Duration.ofMinutes(2));
    step();
    assertThat(taken).containsExactlyInAnyOrder("r1 +a", "r1 +b", "r1 +c", "r2 +a");
    assertThat(committed(FIRST)).isEqualTo(2);
    assertThat(committed(SECOND)).isEqualTo(1);
  }

  @Test
  void asksEverMoreSeldomButAtLeastOncePerMinuteOrSo() throws Exception {
    away = true;
    add(FIRST, 0, AlertRecords.flagged(TOPIC, "r1", "a"));
    for (int second = 0; second < 3600; second++) {
      step();
      now = now.plusSeconds(1);
    }

    assertThat(failed.count()).isBetween(50.0, 80.0);
  }

  @Test
  void passesOverWhatCannotBeDecoded() throws Exception {
    add(FIRST, 0, "MISSING_ nothing known".getBytes(StandardCharsets.UTF_8));
    add(FIRST, 1, AlertRecords.flagged(TOPIC, "r1", "a"));

    step();

    assertThat(taken).containsExactly("r1 +a");
  }

  private void add(TopicPartition partition, long offset, byte[] value) {
    log.add(new ConsumerRecord<>(TOPIC, partition.partition(), offset, new byte[0], value));
  }

  // The mock gives a record once; a topic has it for whoever goes back.
  private void step() throws InterruptedException {
    log.forEach(consumer::addRecord);
    follower.step();
  }

  private long committed(TopicPartition partition) {
    OffsetAndMetadata offset = consumer.committed(Set.of(partition)).get(partition);
    return offset == null ? 0 : offset.offset();
  }
}
