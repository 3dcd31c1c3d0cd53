package io.tierflow.worker;

import io.tierflow.flow.Launcher;
import io.tierflow.wire.topics.TopicSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Sees to it that the brokers have what a worker needs before its first slot joins. */
final class WorkerTopics {

  private static final String MOST_LOCKS = "group.share.max.partition.max.record.locks";
  private static final int TRIES = 100;
  private static final long TRY_INTERVAL_MILLIS = 100;

  private final Admin admin;
  private final WorkerConfig config;

  WorkerTopics(Admin admin, WorkerConfig config) {
    this.admin = admin;
    this.config = config;
  }

  /**
   * Creates what is missing; a runner or another worker may do the same at the same time.
   *
   * @return the in-flight window of the class's partition, in offsets
   */
  int prepare() throws WorkerStartException, InterruptedException {
    List<TopicSettings> topics =
        TopicSettings.ofWorker(config.topics(), Launcher.lanes(config.resourceClass()));
    create(topics);
    awaitVisible(topics.stream().map(TopicSettings::name).toList());
    int locks = Math.min(config.maxRecordLocks(), mostRecordLocks());
    ShareGroupSettings group = ShareGroupSettings.of(config, locks);
    get(
        admin.incrementalAlterConfigs(group.change()).all(),
        "the settings of share group " + group.group());
    return locks;
  }

  /** The broker bounds the window of a group; asking for more would be refused. */
  private int mostRecordLocks() throws WorkerStartException, InterruptedException {
    Node node = get(admin.describeCluster().controller(), "the cluster");
    ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
    ConfigEntry most =
        get(admin.describeConfigs(List.of(broker)).all(), "the settings of broker " + node)
            .get(broker)
            .get(MOST_LOCKS);
    return most == null ? config.maxRecordLocks() : Integer.parseInt(most.value());
  }

  private void create(List<TopicSettings> topics)
      throws WorkerStartException, InterruptedException {
    List<NewTopic> missing =
        topics.stream()
            .map(
                each ->
                    new NewTopic(each.name(), Optional.of(each.partitions()), Optional.empty())
                        .configs(each.configs()))
            .toList();
    for (Map.Entry<String, KafkaFuture<Void>> created :
        admin.createTopics(missing).values().entrySet()) {
      try {
        created.getValue().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw failed("topic " + created.getKey(), e.getCause());
        }
      }
    }
  }

  /**
   * A created topic is not known to every broker at once, and sends to it would fail until then.
   */
  private void awaitVisible(List<String> names) throws WorkerStartException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        admin.describeTopics(names).allTopicNames().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || tries == TRIES) {
          throw failed("the topics " + names, e.getCause());
        }
        TimeUnit.MILLISECONDS.sleep(TRY_INTERVAL_MILLIS);
      }
    }
  }

  private <T> T get(KafkaFuture<T> future, String what)
      throws WorkerStartException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw failed(what, e.getCause());
    }
  }

  private WorkerStartException failed(String what, Throwable cause) {
    if (cause instanceof TimeoutException) {
      return new WorkerStartException(
          WorkerStartException.Reason.UNREACHABLE,
          "no broker answers at " + config.bootstrap() + ": " + cause.getMessage(),
          cause);
    }
    return new WorkerStartException(
        WorkerStartException.Reason.REFUSED,
        what + " could not be prepared at " + config.bootstrap() + ": " + cause.getMessage(),
        cause);
  }
}
