package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Broker;
import io.tierflow.runner.doctor.Facts.Group;
import io.tierflow.runner.doctor.Facts.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeShareGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;

/** What the brokers tell of themselves, of topics and of groups. */
final class KafkaLook {

  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final String WAITED = "no answer within " + LIMIT.toSeconds() + " s";

  private final Admin admin;
  private final String prefix;

  /**
   * Asks through this client.
   *
   * @param prefix only topics and groups whose names begin so
   */
  KafkaLook(Admin admin, String prefix) {
    this.admin = admin;
    this.prefix = prefix;
  }

  /**
   * Asks one thing after the other; what can't be told does not keep the rest from being asked.
   *
   * @throws TimeoutException if no broker answers within 15 s
   */
  Facts.Kafka look() throws InterruptedException, TimeoutException {
    DescribeClusterResult cluster =
        admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true));
    Collection<Node> nodes;
    try {
      nodes = get(cluster.nodes());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw (TimeoutException) new TimeoutException(WAITED).initCause(e);
      }
      String why = why("the cluster", e);
      return new Facts.Kafka(
          Look.failed(why), Look.failed(why), Look.failed(why), Look.failed(why));
    }
    return new Facts.Kafka(
        attempt("the brokers' settings", () -> brokers(nodes)),
        attempt("the topics", this::topics),
        attempt("the groups", this::groups),
        attempt("what this principal may do", () -> rights(cluster)));
  }

  private static Set<org.apache.kafka.common.acl.AclOperation> rights(DescribeClusterResult cluster)
      throws ExecutionException, InterruptedException, TimeoutException {
    return Set.copyOf(get(cluster.authorizedOperations()));
  }

  private List<Broker> brokers(Collection<Node> nodes)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<ConfigResource, Map<String, String>> settings =
        settings(ConfigResource.Type.BROKER, nodes.stream().map(Node::idString).toList());
    return nodes.stream()
        .map(
            node ->
                new Broker(
                    node.id(),
                    node.host() + ":" + node.port(),
                    settings.get(new ConfigResource(ConfigResource.Type.BROKER, node.idString()))))
        .toList();
  }

  private Map<String, Topic> topics()
      throws ExecutionException, InterruptedException, TimeoutException {
    List<String> names =
        get(admin.listTopics().names()).stream().filter(name -> name.startsWith(prefix)).toList();
    Map<ConfigResource, Map<String, String>> settings = settings(ConfigResource.Type.TOPIC, names);
    Map<String, TopicDescription> described =
        get(
            admin
                .describeTopics(
                    names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .allTopicNames());
    Map<String, Topic> topics = new HashMap<>();
    described.forEach(
        (name, topic) ->
            topics.put(
                name,
                topic(topic, settings.get(new ConfigResource(ConfigResource.Type.TOPIC, name)))));
    return topics;
  }

  private static Topic topic(TopicDescription topic, Map<String, String> settings) {
    List<TopicPartitionInfo> partitions = topic.partitions();
    return new Topic(
        partitions.size(),
        partitions.stream().mapToInt(each -> each.replicas().size()).min().orElse(0),
        partitions.stream().mapToInt(each -> each.isr().size()).min().orElse(0),
        (int) partitions.stream().filter(KafkaLook::hasNoLeader).count(),
        settings,
        topic.authorizedOperations());
  }

  private static boolean hasNoLeader(TopicPartitionInfo partition) {
    return partition.leader() == null || partition.leader().isEmpty();
  }

  private Map<String, Group> groups()
      throws ExecutionException, InterruptedException, TimeoutException {
    List<String> shared = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (GroupListing group : get(admin.listGroups().valid())) {
      if (!group.groupId().startsWith(prefix)) {
        continue;
      }
      if (group.type().filter(GroupType.SHARE::equals).isPresent()) {
        shared.add(group.groupId());
      } else if (group.type().filter(GroupType.STREAMS::equals).isEmpty()) {
        others.add(group.groupId());
      }
    }
    Map<String, Group> groups = new HashMap<>();
    consumers(others).forEach((name, group) -> groups.put(name, consumers(group)));
    Map<ConfigResource, Map<String, String>> settings = settings(ConfigResource.Type.GROUP, shared);
    shares(shared)
        .forEach(
            (name, group) ->
                groups.put(
                    name,
                    shares(
                        group, settings.get(new ConfigResource(ConfigResource.Type.GROUP, name)))));
    return groups;
  }

  private Map<String, ConsumerGroupDescription> consumers(List<String> names)
      throws ExecutionException, InterruptedException, TimeoutException {
    return get(
        admin
            .describeConsumerGroups(
                names, new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
            .all());
  }

  private Map<String, ShareGroupDescription> shares(List<String> names)
      throws ExecutionException, InterruptedException, TimeoutException {
    return get(
        admin
            .describeShareGroups(
                names, new DescribeShareGroupsOptions().includeAuthorizedOperations(true))
            .all());
  }

  private static Group consumers(ConsumerGroupDescription group) {
    return new Group(
        false,
        group.groupState().toString(),
        group.members().size(),
        Map.of(),
        group.authorizedOperations());
  }

  private static Group shares(ShareGroupDescription group, Map<String, String> settings) {
    return new Group(
        true,
        group.groupState().toString(),
        group.members().size(),
        settings,
        group.authorizedOperations());
  }

  /** Those that may be seen: a principal without the right to them gets none, which is no error. */
  private Map<ConfigResource, Map<String, String>> settings(
      ConfigResource.Type type, List<String> names) throws InterruptedException, TimeoutException {
    List<ConfigResource> resources =
        names.stream().map(name -> new ConfigResource(type, name)).toList();
    Map<ConfigResource, Map<String, String>> settings = new HashMap<>();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> each :
        admin.describeConfigs(resources).values().entrySet()) {
      try {
        settings.put(
            each.getKey(),
            get(each.getValue()).entries().stream()
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value)));
      } catch (ExecutionException e) {
        settings.put(each.getKey(), Map.of());
      }
    }
    return settings;
  }

  /** A question to the brokers. */
  private interface Question<T> {
    T ask() throws ExecutionException, InterruptedException, TimeoutException;
  }

  private static <T> Look<T> attempt(String what, Question<T> question)
      throws InterruptedException {
    try {
      return Look.seen(question.ask());
    } catch (ExecutionException e) {
      return Look.failed(why(what, e));
    } catch (TimeoutException e) {
      return Look.failed(what + ": " + e.getMessage());
    }
  }

  private static String why(String what, ExecutionException e) {
    String words = String.valueOf(e.getCause().getMessage());
    return e.getCause() instanceof AuthorizationException
        ? what + ": this principal may not see that (" + words + ")"
        : what + ": " + words;
  }

  private static <T> T get(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) { // it has no words of its own
      throw (TimeoutException) new TimeoutException(WAITED).initCause(e);
    }
  }
}
