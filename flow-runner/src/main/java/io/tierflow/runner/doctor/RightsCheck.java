package io.tierflow.runner.doctor;

import static org.apache.kafka.common.acl.AclOperation.ALL;
import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.tierflow.runner.doctor.Facts.Group;
import io.tierflow.runner.doctor.Facts.Kafka;
import io.tierflow.runner.doctor.Facts.Topic;
import io.tierflow.wire.topics.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AclOperation;

/** What this principal may do with what is there, for a runner, a worker, or both. */
final class RightsCheck {

  private static final Finding.In AREA = new Finding.In(Area.RIGHTS);

  private final TopicNames names;
  private final Mends mends;
  private final List<Finding> findings = new ArrayList<>();

  RightsCheck(TopicNames names, Mends mends) {
    this.names = names;
    this.mends = mends;
  }

  List<Finding> findings(Kafka kafka, Set<Role> roles) {
    kafka
        .rights()
        .value()
        .ifPresent(rights -> missing("cluster", "--cluster", ofCluster(roles), rights));
    Map<String, Topic> topics = kafka.topics().value().orElse(Map.of());
    new TreeMap<>(topics)
        .forEach(
            (name, topic) ->
                missing("topic " + name, "--topic " + name, ofTopic(name, roles), topic.rights()));
    Map<String, Group> groups = kafka.groups().value().orElse(Map.of());
    new TreeMap<>(groups)
        .forEach(
            (name, group) ->
                missing("group " + name, "--group " + name, ofGroup(group, roles), group.rights()));
    return findings;
  }

  private void missing(
      String subject, String what, Set<AclOperation> needed, Set<AclOperation> rights) {
    if (rights == null || rights.contains(ALL)) {
      return;
    }
    Set<AclOperation> missing = new TreeSet<>(needed);
    missing.removeAll(rights);
    for (AclOperation operation : missing) {
      String word = word(operation);
      findings.add(
          AREA.error(
              subject,
              "this principal may not " + word,
              "the right to " + word,
              mends.allow(what, word)));
    }
  }

  /** As kafka-acls.sh takes it: AlterConfigs for ALTER_CONFIGS. */
  private static String word(AclOperation operation) {
    return Pattern.compile("([A-Z])([A-Z]*)_?")
        .matcher(operation.name())
        .replaceAll(part -> part.group(1) + part.group(2).toLowerCase(Locale.ROOT));
  }

  // Both look at the brokers' settings; workers set those of their group.
  private static Set<AclOperation> ofCluster(Set<Role> roles) {
    return roles.contains(Role.WORKER) ? Set.of(CREATE, DESCRIBE_CONFIGS) : Set.of(CREATE);
  }

  private static Set<AclOperation> ofGroup(Group group, Set<Role> roles) {
    if (!group.share()) {
      return roles.contains(Role.RUNNER) ? Set.of(READ) : Set.of();
    }
    return roles.contains(Role.WORKER) ? Set.of(READ, ALTER_CONFIGS) : Set.of();
  }

  private Set<AclOperation> ofTopic(String name, Set<Role> roles) {
    Set<AclOperation> needed = new TreeSet<>();
    if (roles.contains(Role.RUNNER)) {
      needed.addAll(name.startsWith(names.tasks("")) ? Set.of(READ, WRITE) : ofRunner(name));
    }
    if (roles.contains(Role.WORKER)) {
      needed.addAll(ofWorker(name));
    }
    return needed;
  }

  private Set<AclOperation> ofRunner(String name) {
    return List.of(names.results(), names.errors(), names.completions(), names.workers())
            .contains(name)
        ? Set.of(READ)
        : Set.of(READ, WRITE);
  }

  private Set<AclOperation> ofWorker(String name) {
    if (name.startsWith(names.tasks("")) || name.equals(names.control())) {
      return Set.of(READ);
    }
    if (name.equals(names.pauses())) {
      return Set.of(READ);
    }
    if (name.equals(names.payloads())) {
      return Set.of(READ, WRITE);
    }
    return List.of(names.results(), names.errors(), names.deadLetters(), names.workers())
            .contains(name)
        ? Set.of(WRITE)
        : Set.of();
  }
}
