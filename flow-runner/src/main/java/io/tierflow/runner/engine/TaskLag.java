package io.tierflow.runner.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;

/** How many tasks of a topic are not done. */
final class TaskLag {

  private TaskLag() {}

  /**
   * Asks the brokers.
   *
   * @param starts what the share group says of the topic's partitions; where it has taken nothing
   *     yet, everything that is there waits
   */
  static long of(Admin admin, String topic, Map<TopicPartition, SharePartitionOffsetInfo> starts)
      throws InterruptedException, ExecutionException {
    long lag = 0;
    Map<TopicPartition, OffsetSpec> first = new HashMap<>();
    Map<TopicPartition, OffsetSpec> last = new HashMap<>();
    for (var each :
        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()) {
      TopicPartition partition = new TopicPartition(topic, each.partition());
      SharePartitionOffsetInfo start = starts.get(partition);
      if (start != null && start.lag().isPresent()) {
        lag += Math.max(0, start.lag().get());
      } else {
        first.put(partition, OffsetSpec.earliest());
        last.put(partition, OffsetSpec.latest());
      }
    }
    return first.isEmpty() ? lag : lag + sum(admin, last) - sum(admin, first);
  }

  private static long sum(Admin admin, Map<TopicPartition, OffsetSpec> of)
      throws InterruptedException, ExecutionException {
    return admin.listOffsets(of).all().get().values().stream()
        .mapToLong(ListOffsetsResultInfo::offset)
        .sum();
  }
}
