package io.tierflow.runner.doctor;

import io.tierflow.wire.topics.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.acl.AclOperation;

/**
 * What was seen of a deployment.
 *
 * @param names what everything is called
 * @param kafka what the brokers tell
 * @param contents what the topics hold
 * @param registry every subject; left out where no registry is configured
 * @param runners each runner that was asked
 */
record Facts(
    TopicNames names,
    Kafka kafka,
    Contents contents,
    Look<List<Subject>> registry,
    List<Runner> runners) {

  /**
   * What the brokers tell.
   *
   * @param topics by name, all with the prefix
   * @param groups by name, all with the prefix
   * @param rights what this principal may do with the cluster as a whole
   */
  record Kafka(
      Look<List<Broker>> brokers,
      Look<Map<String, Topic>> topics,
      Look<Map<String, Group>> groups,
      Look<Set<AclOperation>> rights) {}

  /**
   * What the topics hold.
   *
   * @param workers what each worker said last
   * @param needs what the newest version of each flow needs
   * @param unread what of both cannot be read, and is left out of them
   */
  record Contents(Look<List<Worker>> workers, Look<List<Need>> needs, List<Unread> unread) {}

  /** A record that cannot be read, and why. */
  record Unread(String topic, int partition, long offset, String key, String why) {

    static Unread of(ConsumerRecord<?, ?> record, String key, String why) {
      return new Unread(record.topic(), record.partition(), record.offset(), key, why);
    }

    /** Where it lies: topic-partition@offset. */
    String place() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  /** A broker with its settings; none where this principal may not see them. */
  record Broker(int id, String address, Map<String, String> settings) {}

  /**
   * A topic.
   *
   * @param copies of the partition that has the fewest
   * @param inSync copies in sync of the partition that has the fewest
   * @param leaderless how many partitions nobody leads
   * @param rights what this principal may do with it; null where the brokers don't tell
   */
  record Topic(
      int partitions,
      int copies,
      int inSync,
      int leaderless,
      Map<String, String> settings,
      Set<AclOperation> rights) {

    Optional<Integer> number(String setting) {
      return Optional.ofNullable(settings.get(setting)).map(Integer::valueOf);
    }
  }

  /**
   * A group.
   *
   * @param share whether it is a share group, with settings of its own
   * @param rights what this principal may do with it; null where the brokers don't tell
   */
  record Group(
      boolean share,
      String state,
      int members,
      Map<String, String> settings,
      Set<AclOperation> rights) {}

  /**
   * A worker as it announced itself.
   *
   * @param silence how long ago that was, by this machine's clock; zero if it was heard just now
   * @param ahead how far its clock is ahead of this machine's, negative if behind; empty where it
   *     was not heard just now
   */
  record Worker(
      String id,
      String lane,
      String host,
      String version,
      int slots,
      Set<String> handlers,
      Duration silence,
      Optional<Duration> ahead) {

    /** Five of its announcements, as runners count. */
    private static final Duration SILENT = Duration.ofSeconds(10);

    boolean isLive() {
      return silence.compareTo(SILENT) < 0;
    }
  }

  /** What a stage of an applied flow needs; {@code climbed} if only after an out-of-memory. */
  record Need(String flow, String stage, String lane, String handler, boolean climbed) {}

  /** A subject of the registry; the id is empty where it lacks the schema. */
  record Subject(String name, Optional<Integer> id, Optional<String> refusal) {}

  /** A runner that was asked. */
  record Runner(String url, Look<Answer> answer) {}

  /**
   * What a runner answered.
   *
   * @param notReady why it takes no work; empty if it does
   * @param version Tierflow's; empty for one that does not tell
   * @param ahead how far its clock is ahead of this machine's; empty if it does not tell
   */
  record Answer(Optional<String> notReady, Optional<String> version, Optional<Duration> ahead) {}
}
