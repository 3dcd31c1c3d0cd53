package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Answer;
import io.tierflow.runner.doctor.Facts.Broker;
import io.tierflow.runner.doctor.Facts.Contents;
import io.tierflow.runner.doctor.Facts.Group;
import io.tierflow.runner.doctor.Facts.Kafka;
import io.tierflow.runner.doctor.Facts.Need;
import io.tierflow.runner.doctor.Facts.Runner;
import io.tierflow.runner.doctor.Facts.Subject;
import io.tierflow.runner.doctor.Facts.Topic;
import io.tierflow.runner.doctor.Facts.Unread;
import io.tierflow.runner.doctor.Facts.Worker;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.wire.topics.TopicSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.acl.AclOperation;

/** A deployment where nothing is to be mended, for tests to break one thing of it. */
final class Healthy {

  static final TopicNames NAMES = TopicNames.ofDefaults();

  private static final Set<AclOperation> ALL = Set.of(AclOperation.ALL);

  final List<Broker> brokers = new ArrayList<>();
  final Map<String, Topic> topics = new TreeMap<>();
  final Map<String, Group> groups = new TreeMap<>();
  final List<Worker> workers = new ArrayList<>();
  final List<Need> needs = new ArrayList<>();
  final List<Unread> unread = new ArrayList<>();
  final List<Runner> runners = new ArrayList<>();
  Set<AclOperation> rights = ALL;
  Look<List<Subject>> registry = Look.left("none");

  Healthy() {
    for (int id = 1; id <= 3; id++) {
      brokers.add(broker(id, Map.of()));
    }
    TopicSettings.ofRunner(NAMES).forEach(this::topic);
    topic(TopicSettings.tasks(NAMES, "small"));
    topics.put("tierflow.runner-runs-changelog", topic(4, Map.of("cleanup.policy", "compact")));
    groups.put("tierflow.runner", new Group(false, "Stable", 4, Map.of(), ALL));
    groups.put("tierflow.workers.small", share(Map.of()));
    workers.add(worker("w1", "small", "exec", "echo"));
    needs.add(new Need("weather", "main/fetch", "small", "echo", false));
    runners.add(runner(Optional.empty(), "1.0", 0));
  }

  private void topic(TopicSettings settings) {
    topics.put(settings.name(), topic(settings.partitions(), settings.configs()));
  }

  static Topic topic(int partitions, Map<String, String> settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "cleanup.policy", "delete",
                "max.message.bytes", "1048588",
                "min.insync.replicas", "2",
                "retention.ms", "604800000"));
    all.putAll(settings);
    return new Topic(partitions, 3, 3, 0, all, ALL);
  }

  static Broker broker(int id, Map<String, String> settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "default.replication.factor", "3",
                "offsets.topic.replication.factor", "3",
                "share.coordinator.state.topic.replication.factor", "3",
                "min.insync.replicas", "2",
                "share.coordinator.state.topic.min.isr", "2",
                "group.min.session.timeout.ms", "1000",
                "group.share.heartbeat.interval.ms", "500",
                "group.share.assignment.interval.ms", "0",
                "group.share.max.size", "1000"));
    all.putAll(settings);
    return new Broker(id, "kafka-" + id + ":9092", all);
  }

  static Group share(Map<String, String> settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of("share.auto.offset.reset", "earliest", "share.delivery.count.limit", "10"));
    all.putAll(settings);
    return new Group(true, "Stable", 7, all, ALL);
  }

  static Worker worker(String id, String lane, String... handlers) {
    return new Worker(
        id,
        lane,
        "host",
        "1.0",
        7,
        Set.of(handlers),
        Duration.ZERO,
        Optional.of(Duration.ofMillis(-20)));
  }

  static Runner runner(Optional<String> notReady, String version, long aheadMillis) {
    return new Runner(
        "http://runner-1:8080",
        Look.seen(
            new Answer(
                notReady, Optional.of(version), Optional.of(Duration.ofMillis(aheadMillis)))));
  }

  Report report(Role... roles) {
    return Checkup.of(
        new Facts(
            NAMES,
            new Kafka(Look.seen(brokers), Look.seen(topics), Look.seen(groups), Look.seen(rights)),
            new Contents(Look.seen(workers), Look.seen(needs), unread),
            registry,
            runners),
        roles.length == 0 ? Set.of(Role.values()) : Set.of(roles),
        new Mends("kafka-1:9092", Optional.empty()));
  }
}
