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
 * between topics, with one lane or two. A flush returns when both lanes are confirmed: nothing
 * counts as done earlier than with one. Thread-safe; knows no transactions.
 */
final class TwoLaneProducer implements Producer<byte[], byte[]> {

  private final Producer<byte[], byte[]> urgent;
  private final Producer<byte[], byte[]> gathering;
  private final Predicate<String> gathers;
  private final Burst burst;

  /**
   * Puts two producers together; closing this closes both.
   *
   * @param gathers which topics' records may wait for others
   * @param burst of the thread that uses this
   */
  TwoLaneProducer(
      Producer<byte[], byte[]> urgent,
      Producer<byte[], byte[]> gathering,
      Predicate<String> gathers,
      Burst burst) {
    this.urgent = urgent;
    this.gathering = gathering;
    this.gathers = gathers;
    this.burst = burst;
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return send(record, null);
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
    if (gathers.test(record.topic())) {
      return gathering.send(record, callback);
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
    gathering.flush(); // meanwhile the urgent one is under way anyhow
    urgent.flush();
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic) {
    return lane(topic).partitionsFor(topic);
  }

  /** Those of the gathering lane: both have the same names, and Kafka Streams looks by name. */
  @Override
  public Map<MetricName, ? extends Metric> metrics() {
    return gathering.metrics();
  }

  @Override
  public Uuid clientInstanceId(Duration timeout) {
    return gathering.clientInstanceId(timeout);
  }

  @Override
  public void registerMetricForSubscription(KafkaMetric metric) {
    gathering.registerMetricForSubscription(metric);
  }

  @Override
  public void unregisterMetricFromSubscription(KafkaMetric metric) {
    gathering.unregisterMetricFromSubscription(metric);
  }

  @Override
  public void close() {
    try (urgent) {
      gathering.close();
    }
  }

  @Override
  public void close(Duration timeout) {
    try {
      gathering.close(timeout);
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

  private Producer<byte[], byte[]> lane(String topic) {
    return gathers.test(topic) ? gathering : urgent;
  }

  private static UnsupportedOperationException noTransactions() {
    return new UnsupportedOperationException(
        "transactions: the engine runs at least once, and its two lanes cannot share one");
  }
}
