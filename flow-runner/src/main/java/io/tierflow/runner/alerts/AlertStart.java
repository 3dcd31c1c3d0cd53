package io.tierflow.runner.alerts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Begins where this process began, where the group has no place yet: old alerts are no news to a
 * new target. The place is committed at once, so that whoever takes the partition over while the
 * target takes nothing goes on from there. The consumer's thread owns it.
 */
final class AlertStart implements ConsumerRebalanceListener {

  private final Consumer<?, ?> consumer;
  private final Instant began;

  AlertStart(Consumer<?, ?> consumer, Instant began) {
    this.consumer = consumer;
    this.began = began;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(partitions));
    List<TopicPartition> fresh = new ArrayList<>(partitions);
    fresh.removeIf(partition -> committed.get(partition) != null);
    if (fresh.isEmpty()) {
      return;
    }
    Map<TopicPartition, Long> times = new HashMap<>();
    fresh.forEach(partition -> times.put(partition, began.toEpochMilli()));
    // The ends first: what comes in between is then found by its time.
    Map<TopicPartition, Long> ends = consumer.endOffsets(fresh);
    Map<TopicPartition, OffsetAndTimestamp> since = consumer.offsetsForTimes(times);
    Map<TopicPartition, OffsetAndMetadata> places = new HashMap<>();
    for (TopicPartition partition : fresh) {
      OffsetAndTimestamp first = since.get(partition);
      long offset = first == null ? ends.get(partition) : first.offset();
      places.put(partition, new OffsetAndMetadata(offset));
      consumer.seek(partition, offset);
    }
    consumer.commitSync(places);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    // Every step commits what it has handed over.
  }
}
