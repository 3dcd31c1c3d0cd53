package io.tierflow.worker;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/**
 * The settings of a class's share group. They must stand before its first member joins: by default
 * a new group begins at the topic's end, and what was sent before would never be delivered.
 *
 * @param group the share group's name
 * @param values Kafka's own group settings
 */
record ShareGroupSettings(String group, Map<String, String> values) {

  /** How often the broker delivers a record before it drops it: its highest possible value. */
  static final int DELIVERY_LIMIT = 10;

  static ShareGroupSettings of(WorkerConfig config, int maxRecordLocks) {
    return new ShareGroupSettings(
        config.topics().workerGroup(config.lane()),
        Map.of(
            "share.auto.offset.reset",
            "earliest",
            "share.record.lock.duration.ms",
            String.valueOf(config.times().lock().toMillis()),
            "share.delivery.count.limit",
            String.valueOf(DELIVERY_LIMIT),
            "share.partition.max.record.locks",
            String.valueOf(maxRecordLocks)));
  }

  /** The change that makes the group so. */
  Map<ConfigResource, Collection<AlterConfigOp>> change() {
    List<AlterConfigOp> operations =
        values.entrySet().stream()
            .map(
                each ->
                    new AlterConfigOp(
                        new ConfigEntry(each.getKey(), each.getValue()), AlterConfigOp.OpType.SET))
            .collect(Collectors.toList());
    return Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), operations);
  }
}
