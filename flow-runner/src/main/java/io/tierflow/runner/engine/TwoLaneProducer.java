package io.tierflow.runner.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * A producer with two lanes: what somebody waits for goes at once, or in a {@link Burst} where
 * there is much of it; what nobody waits for gathers. A broker's costs are those of requests,
 * hardly of records: so the state of many replies shares a request, and no task stands behind it.
 *
 * <p>Records of one topic always take the same lane, so their order stays. There is no order
 * between topics, with one lane or two. A flush returns when both lanes are confirmed and the state
 * is committed: nothing counts as done earlier. Transactions are the state's alone, and are begun
 * and ended here; Kafka Streams knows of none. One stream thread owns it.
 */
final class TwoLaneProducer implements Producer<byte[], byte[]> {

  private final Producer<byte[], byte[]> urgent;
  private final StateWriters state;
  private final Predicate<String> isState;
  private final Burst burst;

  /**
   * Puts two lanes together; closing this closes both.
   *
   * @param state gathers what it writes
   * @param isState which topics are the state's
   * @param burst of the thread that uses this
   */
  TwoLaneProducer(
      Producer<byte[], byte[]> urgent, StateWriters state, Predicate<String> isState, Burst burst) {
    this.urgent = urgent;
    this.state = state;
    this.isState = isState;
    this.burst = burst;
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return send(record, null);
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
    if (isState.test(record.topic())) {
      return state.send(record, callback);
    }
    CompletableFuture<RecordMetadata> sent = new CompletableFuture<>();
    burst.send(() -> sendNow(record, callback, sent));
    return sent;
  }

  private void sendNow(
      ProducerRecord<byte[], byte[]> record,
      Callback callback,
      CompletableFuture<RecordMetadata> sent) {
    var unused =
        urgent.send(
            record,
            (metadata, failure) -> {
              if (callback != null) {
                callback.onCompletion(metadata, failure);
              }
              if (failure == null) {
                sent.complete(metadata);
              } else {
                sent.completeExceptionally(failure);
              }
            });
  }

  @Override
  public void flush() {
    burst.release();
    state.commit(); // meanwhile the urgent one is under way anyhow
    urgent.flush();
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic) {
    return urgent.partitionsFor(topic);
  }

  @Override
  public Map<MetricName, ? extends Metric> metrics() {
    return urgent.metrics();
  }

  @Override
  public Uuid clientInstanceId(Duration timeout) {
    return urgent.clientInstanceId(timeout);
  }

  @Override
  public void registerMetricForSubscription(KafkaMetric metric) {
    urgent.registerMetricForSubscription(metric);
  }

  @Override
  public void unregisterMetricFromSubscription(KafkaMetric metric) {
    urgent.unregisterMetricFromSubscription(metric);
  }

  @Override
  public void close() {
    close(Duration.ofMillis(Long.MAX_VALUE));
  }

  @Override
  public void close(Duration timeout) {
    try {
      state.close(timeout);
    } finally {
      urgent.close(timeout);
    }
  }

  @Override
  public void initTransactions() {
    throw noTransactions();
  }

  @Override
  public void beginTransaction() {
    throw noTransactions();
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    throw noTransactions();
  }

  @Override
  public void commitTransaction() {
    throw noTransactions();
  }

  @Override
  public void abortTransaction() {
    throw noTransactions();
  }

  private static UnsupportedOperationException noTransactions() {
    return new UnsupportedOperationException(
        "transactions: the engine runs at least once; those of its state begin and end by themselves");
  }
}
