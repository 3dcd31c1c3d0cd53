package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TwoLaneProducerTest {

  private static final String TASKS = "tasks.small";
  private static final String STATE = "runner-entries-changelog";

  private final MockProducer<byte[], byte[]> urgent = unconfirmed();
  private final MockProducer<byte[], byte[]> gathering = unconfirmed();
  private final StateWriters writers = new StateWriters(partition -> gathering, 1_000, () -> 0);
  private final Burst burst = new Burst(() -> Instant.EPOCH);
  private final TwoLaneProducer producer =
      new TwoLaneProducer(urgent, writers, topic -> topic.endsWith("-changelog"), burst);

  @BeforeEach
  void ownThePartition() {
    writers.own(0);
  }

  @Test
  void stateAndTheRestTakeLanesOfTheirOwn() {
    var unused = List.of(send(TASKS), send(STATE));
    assertThat(topics(urgent)).containsExactly(TASKS);
    assertThat(gathering.history()).isEmpty(); // not before it is committed
    producer.flush();
    assertThat(topics(gathering)).containsExactly(STATE);
  }

  @Test
  void aRefusalReachesTheCallbackAndTheFuture() {
    CompletableFuture<Exception> told = new CompletableFuture<>();
    Future<RecordMetadata> sent =
        producer.send(record(TASKS), (metadata, failure) -> told.complete(failure));
    urgent.errorNext(new IllegalStateException("refused"));
    assertThat(told)
        .isCompletedWithValueMatching(failure -> "refused".equals(failure.getMessage()));
    assertThat(sent)
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("refused");
  }

  @Test
  void aFlushConfirmsBothLanesAndWhatABurstHolds() {
    burst.begin(Burst.MANY_RECORDS);
    Future<RecordMetadata> task = send(TASKS);
    Future<RecordMetadata> state = send(STATE);
    assertThat(topics(urgent)).isEmpty();
    producer.flush();
    assertThat(task).isDone();
    assertThat(state).isDone();
  }

  @Test
  void closingClosesBothLanes() {
    producer.close();
    assertThat(urgent.closed()).isTrue();
    assertThat(gathering.closed()).isTrue();
  }

  private Future<RecordMetadata> send(String topic) {
    return producer.send(record(topic));
  }

  private static ProducerRecord<byte[], byte[]> record(String topic) {
    return new ProducerRecord<>(topic, 0, new byte[] {1}, new byte[] {2});
  }

  private static List<String> topics(MockProducer<byte[], byte[]> lane) {
    return lane.history().stream().map(ProducerRecord::topic).toList();
  }

  private static MockProducer<byte[], byte[]> unconfirmed() {
    return new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
