package io.tierflow.runner.engine;

import io.tierflow.wire.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows up to which time the task topics hold nothing any more: every task sent before was
 * acknowledged, rejected, archived at the delivery limit, or cut off. A task of that age whose end
 * nobody told is lost. Knows too how many tasks each of them holds that are not done. Looked at
 * every few seconds on a thread of its own; reading is thread-safe.
 */
final class ServedTopics implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServedTopics.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Map<String, Object> kafka;
  private final TopicNames topics;
  private final Supplier<Set<String>> lanes;
  private final InstantSource clock;
  private final Map<String, Instant> upTo = new ConcurrentHashMap<>();
  private final Map<String, Long> lags = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread looking = new Thread(task, "served-topics");
            looking.setDaemon(true);
            return looking;
          });

  ServedTopics(
      Map<String, Object> kafka,
      TopicNames topics,
      Supplier<Set<String>> lanes,
      InstantSource clock) {
    this.kafka = kafka;
    this.topics = topics;
    this.lanes = lanes;
    this.clock = clock;
  }

  /**
   * Begins to look.
   *
   * @param afterwards run after each look, on the same thread
   */
  ServedTopics start(Runnable afterwards) {
    var unused =
        thread.scheduleWithFixedDelay(
            () -> {
              look();
              afterwards.run();
            },
            PERIOD.toMillis(),
            PERIOD.toMillis(),
            TimeUnit.MILLISECONDS);
    return this;
  }

  /** Per lane, the time of its topic's oldest task that is not done; or of the look if none is. */
  Map<String, Instant> upTo() {
    return Map.copyOf(upTo);
  }

  /** Per lane, how many tasks are not done, where the brokers tell. */
  Map<String, Long> lags() {
    return Map.copyOf(lags);
  }

  private void look() {
    try (Admin admin = Admin.create(kafka)) {
      for (String lane : lanes.get()) {
        look(admin, lane);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is being closed
    } catch (RuntimeException e) { // else the looks would end for good
      upTo.clear();
      lags.clear();
      LOG.warn("the task topics cannot be looked at for now", e);
    }
  }

  // What is not known is not acted upon. A lane that nobody has served yet has no group.
  private void look(Admin admin, String lane) throws InterruptedException {
    try {
      Instant looked = clock.instant();
      Map<TopicPartition, SharePartitionOffsetInfo> starts = starts(admin, lane);
      servedUpTo(starts, looked).ifPresentOrElse(at -> upTo.put(lane, at), () -> upTo.remove(lane));
      lags.put(lane, TaskLag.of(admin, topics.tasks(lane), starts));
    } catch (ExecutionException e) {
      upTo.remove(lane);
      lags.remove(lane);
      LOG.debug("how far {} is served is not known for now", lane, e);
    }
  }

  private Map<TopicPartition, SharePartitionOffsetInfo> starts(Admin admin, String lane)
      throws InterruptedException, ExecutionException {
    String group = topics.workerGroup(lane);
    try {
      return admin
          .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
          .partitionsToOffsetInfo(group)
          .get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  private Optional<Instant> servedUpTo(
      Map<TopicPartition, SharePartitionOffsetInfo> starts, Instant looked) {
    Map<TopicPartition, Long> open = new HashMap<>();
    for (Map.Entry<TopicPartition, SharePartitionOffsetInfo> start : starts.entrySet()) {
      if (start.getValue() == null || start.getValue().lag().isEmpty()) {
        return Optional.empty(); // nobody has taken anything of it yet
      }
      // The start lies behind what is done, by as much as is not written down yet; the lag does
      // not.
      if (start.getValue().lag().get() > 0) {
        open.put(start.getKey(), start.getValue().startOffset());
      }
    }
    if (starts.isEmpty()) {
      return Optional.empty();
    }
    return open.isEmpty() ? Optional.of(looked) : oldest(open);
  }

  // Empty when one of them cannot be read in time.
  private Optional<Instant> oldest(Map<TopicPartition, Long> open) {
    Instant oldest = Instant.MAX;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (Map.Entry<TopicPartition, Long> each : open.entrySet()) {
        consumer.assign(List.of(each.getKey()));
        consumer.seek(each.getKey(), each.getValue());
        List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(LIMIT).records(each.getKey());
        if (records.isEmpty()) {
          return Optional.empty();
        }
        Instant at = Instant.ofEpochMilli(records.get(0).timestamp());
        oldest = at.isBefore(oldest) ? at : oldest;
      }
    }
    return Optional.of(oldest);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
