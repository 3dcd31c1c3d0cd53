package io.tierflow.worker;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a running task holds up those behind it. The in-flight window of a share partition is a
 * span of offsets that begins at its oldest open record, so one long task blocks all later ones
 * once the topic's end is a whole window ahead of it. Past a quarter of the window the task's lease
 * should be handed over. Thread-safe: slots ask, one thread refreshes.
 */
final class WindowPressure {

  private static final Logger log = LoggerFactory.getLogger(WindowPressure.class);

  private final Admin admin;
  private final String topic;
  private final long allowedSpan;
  private final Set<Integer> asked = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Long> ends = new ConcurrentHashMap<>();
  private final AtomicBoolean complained = new AtomicBoolean();

  WindowPressure(Admin admin, String topic, int maxRecordLocks) {
    this.admin = admin;
    this.topic = topic;
    this.allowedSpan = maxRecordLocks / 4;
  }

  /** Whether too much lies behind this record, by the latest refresh; asks for the next one. */
  boolean isHigh(int partition, long offset) {
    asked.add(partition);
    Long end = ends.get(partition);
    return end != null && end - offset > allowedSpan;
  }

  /** Looks at the ends of the partitions that were asked for since the last time; else idle. */
  void refresh() throws InterruptedException {
    Set<Integer> partitions = new HashSet<>(asked);
    asked.removeAll(partitions);
    if (partitions.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetSpec> request = new HashMap<>();
    partitions.forEach(each -> request.put(new TopicPartition(topic, each), OffsetSpec.latest()));
    try {
      admin
          .listOffsets(request)
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
      complained.set(false);
    } catch (ExecutionException e) {
      // Without the offsets tasks are handed over by time alone, which is late but never wrong.
      if (complained.compareAndSet(false, true)) {
        log.warn("the end offsets of {} are not to be had: {}", topic, e.getCause().toString());
      }
    }
  }
}
