package io.tierflow.runner.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.runner.doctor.Facts.Group;
import io.tierflow.runner.doctor.Facts.Need;
import io.tierflow.runner.doctor.Facts.Runner;
import io.tierflow.runner.doctor.Facts.Subject;
import io.tierflow.runner.doctor.Facts.Topic;
import io.tierflow.runner.doctor.Facts.Unread;
import io.tierflow.runner.doctor.Facts.Worker;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One thing broken at a time: what the doctor says of it. */
class CheckupTest {

  private final Healthy deployment = new Healthy();

  @Test
  void findsNothingWhereAllIsWell() {
    Report report = deployment.report();

    assertThat(report.findings()).isEmpty();
    assertThat(report.hasErrors()).isFalse();
    assertThat(report.looked())
        .containsEntry(Area.BROKERS, "3 brokers")
        .containsEntry(Area.TOPICS, "15 topics")
        .containsEntry(Area.REGISTRY, "not looked at: none")
        .containsOnlyKeys(Area.values());
  }

  @Test
  void warnsOfFewerThanThreeBrokers() {
    deployment.brokers.subList(1, 3).clear();
    deployment.brokers.set(0, Healthy.broker(1, singleBroker()));

    finds("WARNING brokers cluster: 1 broker");
  }

  @ParameterizedTest
  @CsvSource({
    "default.replication.factor, 1, WARNING",
    "default.replication.factor, 4, ERROR",
    "share.coordinator.state.topic.replication.factor, 1, WARNING",
    "offsets.topic.replication.factor, 2, WARNING",
    "min.insync.replicas, 1, WARNING",
    "min.insync.replicas, 3, ERROR",
    "share.coordinator.state.topic.min.isr, 1, WARNING",
    "group.share.heartbeat.interval.ms, 5000, WARNING",
    "group.min.session.timeout.ms, 6000, WARNING",
    "group.share.assignment.interval.ms, 1000, WARNING",
  })
  void findsASettingOfOneBroker(String setting, String value, String severity) {
    deployment.brokers.set(1, Healthy.broker(2, Map.of(setting, value)));

    finds(severity + " brokers " + setting + ": " + value + " on broker 2");
  }

  @Test
  void asksForTheSettingThatIsMissingByACommandOfKafkas() {
    deployment.brokers.replaceAll(
        broker -> Healthy.broker(broker.id(), Map.of("min.insync.replicas", "1")));

    assertThat(deployment.report().findings().get(0).mend())
        .isEqualTo(
            "kafka-configs.sh --bootstrap-server kafka-1:9092 --alter --entity-type brokers"
                + " --entity-default --add-config min.insync.replicas=2");
  }

  @Test
  void tellsEachTopicWithRecordsThatCannotBeReadOnce() {
    for (int offset = 0; offset < 5; offset++) {
      deployment.unread.add(new Unread("tierflow.flows", 0, offset, "f" + offset, "no magic"));
    }
    deployment.unread.add(new Unread("tierflow.workers", 1, 7, "w1", "no magic"));

    finds(
        "ERROR topics tierflow.flows: 5 not readable: tierflow.flows-0@0 (f0): no magic;"
            + " tierflow.flows-0@1 (f1): no magic; tierflow.flows-0@2 (f2): no magic; and 2 more",
        "WARNING topics tierflow.workers: 1 not readable: tierflow.workers-1@7 (w1): no magic");
    assertThat(deployment.report().findings().get(0).mend())
        .contains("apply the flow again")
        .endsWith(
            "kafka-console-consumer.sh --bootstrap-server kafka-1:9092 --topic tierflow.flows"
                + " --partition 0 --offset 0 --max-messages 1");
  }

  @Test
  void findsNoTopicUnderAWrongPrefix() {
    deployment.topics.clear();

    finds("ERROR topics tierflow.*: no topic");
  }

  @Test
  void findsAMissingTopicAndHowToCreateIt() {
    deployment.topics.remove("tierflow.workers");

    finds("ERROR topics tierflow.workers: no such topic");
    assertThat(deployment.report().findings().get(0).mend())
        .isEqualTo(
            "kafka-topics.sh --bootstrap-server kafka-1:9092 --create --topic tierflow.workers"
                + " --partitions 1 --config cleanup.policy=compact,delete"
                + " --config retention.ms=86400000 --config segment.ms=600000");
  }

  @Test
  void findsThatTheTasksOfAClassHaveNoTopic() {
    deployment.needs.add(new Need("weather", "main/core", "large", "echo", false));
    deployment.workers.add(Healthy.worker("w2", "large", "echo"));
    deployment.groups.put("tierflow.workers.large", Healthy.share(Map.of()));

    finds("ERROR topics tierflow.tasks.large: no such topic");
  }

  @ParameterizedTest
  @CsvSource({
    "tierflow.flows, cleanup.policy, delete, ERROR",
    "tierflow.events, cleanup.policy, compact, ERROR",
    "tierflow.commands, retention.ms, 3600000, WARNING",
    "tierflow.dead-letters, retention.ms, 604800000, WARNING",
    "tierflow.dead-letters, max.message.bytes, 1048588, ERROR",
    "tierflow.results, max.message.bytes, 1000, ERROR",
  })
  void findsASettingOfATopic(String topic, String setting, String value, String severity) {
    change(topic, setting, value);

    finds(severity + " topics " + topic + ": " + setting + "=" + value);
  }

  @ParameterizedTest
  @CsvSource({
    "tierflow.commands, retention.ms, -1",
    "tierflow.events, retention.ms, 9999999999",
    "tierflow.learned, cleanup.policy, 'delete,compact'",
    "tierflow.results, max.message.bytes, 5000000",
  })
  void letsATopicKeepMoreThanItMust(String topic, String setting, String value) {
    change(topic, setting, value);

    finds();
  }

  @Test
  void findsPartitionsThatAreNotAsManyAsTheCommandsHave() {
    deployment.topics.put("tierflow.results", Healthy.topic(8, Map.of()));
    deployment.topics.put(
        "tierflow.runner-runs-changelog", Healthy.topic(8, Map.of("cleanup.policy", "compact")));

    finds(
        "ERROR topics tierflow.results: 8 partitions",
        "ERROR topics tierflow.runner-runs-changelog: 8 partitions");
  }

  @Test
  void warnsOfATaskTopicWithSeveralPartitions() {
    deployment.topics.put("tierflow.tasks.small", Healthy.topic(4, Map.of()));

    finds("WARNING topics tierflow.tasks.small: 4 partitions");
  }

  @Test
  void findsCopiesThatAreNotInSync() {
    copies("tierflow.events", 3, 2, 0);
    copies("tierflow.errors", 3, 1, 0);
    copies("tierflow.results", 3, 0, 2);
    copies("tierflow.times", 1, 1, 0);

    finds(
        "ERROR topics tierflow.errors: 1 copies in sync",
        "ERROR topics tierflow.results: 2 partitions that no broker leads",
        "ERROR topics tierflow.times: 1 copies in sync",
        "WARNING topics tierflow.events: 2 of 3 copies in sync",
        "WARNING topics tierflow.times: 1 copy");
  }

  @Test
  void findsThatNoRunnerRuns() {
    deployment.groups.put(
        "tierflow.runner", new Group(false, "Empty", 0, Map.of(), Set.of(AclOperation.ALL)));

    finds("ERROR groups tierflow.runner: no member, state Empty");
    deployment.groups.remove("tierflow.runner");
    finds("ERROR groups tierflow.runner: no such group");
  }

  @Test
  void findsAShareGroupThatBeginsAtTheEnd() {
    deployment.groups.put(
        "tierflow.workers.small",
        Healthy.share(
            Map.of("share.auto.offset.reset", "latest", "share.delivery.count.limit", "5")));

    finds(
        "ERROR groups tierflow.workers.small: share.auto.offset.reset=latest",
        "WARNING groups tierflow.workers.small: share.delivery.count.limit=5");
  }

  @Test
  void findsWorkersThatAreNoMembersAndSlotsWithoutRoom() {
    deployment.groups.remove("tierflow.workers.small");
    deployment.brokers.replaceAll(
        broker -> Healthy.broker(broker.id(), Map.of("group.share.max.size", "5")));

    finds(
        "ERROR groups tierflow.workers.small: no member, while live workers announce 7 slots",
        "ERROR groups tierflow.workers.small: 7 slots, while broker 1 has group.share.max.size=5");
  }

  @Test
  void findsRightsThatTheRolesNeed() {
    deployment.rights = Set.of(AclOperation.DESCRIBE);
    rights("tierflow.commands", AclOperation.DESCRIBE, AclOperation.READ);
    rights("tierflow.results", AclOperation.READ);
    rights("tierflow.tasks.small", AclOperation.WRITE);
    Group group = deployment.groups.get("tierflow.workers.small");
    deployment.groups.put(
        "tierflow.workers.small",
        new Group(true, "Stable", 7, group.settings(), Set.of(AclOperation.READ)));

    finds(
        Set.of(Role.RUNNER),
        "ERROR rights cluster: this principal may not Create",
        "ERROR rights topic tierflow.commands: this principal may not Write",
        "ERROR rights topic tierflow.tasks.small: this principal may not Read");
    finds(
        Set.of(Role.WORKER),
        "ERROR rights cluster: this principal may not Create",
        "ERROR rights cluster: this principal may not DescribeConfigs",
        "ERROR rights group tierflow.workers.small: this principal may not AlterConfigs",
        "ERROR rights topic tierflow.results: this principal may not Write",
        "ERROR rights topic tierflow.tasks.small: this principal may not Read");
  }

  @Test
  void findsASubjectWithoutItsSchemaAndARegistryThatIsAway() {
    deployment.registry =
        Look.seen(
            List.of(
                new Subject("tierflow.commands-value", Optional.of(1), Optional.empty()),
                new Subject(
                    "tierflow.events-value", Optional.empty(), Optional.of("404 not there"))));
    finds("ERROR registry tierflow.events-value: 404 not there");

    deployment.registry = Look.failed("cannot be reached");
    finds("ERROR registry registry: cannot be reached");
  }

  @Test
  void findsRunnersThatDoNotAnswerOrTakeNoWork() {
    deployment.runners.add(new Runner("http://runner-2:8080", Look.failed("connection refused")));
    deployment.runners.set(0, Healthy.runner(Optional.of("restoring"), "1.0", 0));

    finds(
        "ERROR runners http://runner-1:8080: not ready: restoring",
        "ERROR runners http://runner-2:8080: connection refused");
  }

  @Test
  void findsAClassThatNobodyServes() {
    deployment.workers.clear();
    deployment.needs.add(new Need("weather", "main/core", "large.ssh", "exec", true));
    deployment.topics.put("tierflow.tasks.large.ssh", Healthy.topic(1, Map.of()));

    finds(
        "ERROR pools class small: no live worker", "WARNING pools class large.ssh: no live worker");
    assertThat(deployment.report().findings())
        .extracting(Finding::mend)
        .containsExactly(
            "tierflow worker --bootstrap kafka-1:9092 --class small --slots N",
            "start a runner with --ssh for class large (docs/launchers.md)");
  }

  @Test
  void findsAHandlerThatNoneOrNotAllOfTheWorkersHave() {
    deployment.workers.add(Healthy.worker("w2", "small", "exec"));
    deployment.needs.add(new Need("weather", "main/model", "small", "fit", false));

    finds(
        "ERROR pools class small: no live worker has handler fit",
        "WARNING pools class small: no handler echo on w2");
  }

  @Test
  void warnsOfWorkersThatFellSilentAndCountsThemForNothing() {
    Worker live = deployment.workers.get(0);
    deployment.workers.set(
        0,
        new Worker(
            live.id(),
            live.lane(),
            live.host(),
            live.version(),
            live.slots(),
            live.handlers(),
            Duration.ofSeconds(40),
            Optional.empty()));

    finds(
        "ERROR pools class small: no live worker",
        "WARNING pools workers: 1 that fell silent: w1 on host (40 s ago)");
  }

  @ParameterizedTest
  @CsvSource({"1900, ''", "-3000, WARNING", "9000, WARNING", "-11000, ERROR"})
  void comparesARunnersClock(long aheadMillis, String severity) {
    deployment.runners.set(0, Healthy.runner(Optional.empty(), "1.0", aheadMillis));

    assertThat(deployment.report().findings())
        .extracting(finding -> finding.severity().name() + " " + finding.area())
        .isEqualTo(severity.isEmpty() ? List.of() : List.of(severity + " CLOCKS"));
  }

  @Test
  void comparesAWorkersClock() {
    Worker worker = deployment.workers.get(0);
    deployment.workers.set(
        0,
        new Worker(
            worker.id(),
            worker.lane(),
            worker.host(),
            worker.version(),
            worker.slots(),
            worker.handlers(),
            Duration.ZERO,
            Optional.of(Duration.ofMinutes(-5))));

    finds("WARNING clocks worker w1 on host: its clock is 300000 ms behind this one");
  }

  @Test
  void warnsOfMixedVersions() {
    deployment.runners.set(0, Healthy.runner(Optional.empty(), "1.1", 0));

    finds("WARNING versions deployment: 1 of 1.0 (workers), 1 of 1.1 (runners)");
  }

  private void finds(String... expected) {
    finds(Set.of(Role.values()), expected);
  }

  private void finds(Set<Role> roles, String... expected) {
    assertThat(deployment.report(roles.toArray(Role[]::new)).findings())
        .extracting(
            finding ->
                finding.severity()
                    + " "
                    + finding.area().word()
                    + " "
                    + finding.subject()
                    + ": "
                    + finding.found())
        .containsExactlyInAnyOrder(expected);
  }

  private void change(String topic, String setting, String value) {
    Topic before = deployment.topics.get(topic);
    Map<String, String> settings = new HashMap<>(before.settings());
    settings.put(setting, value);
    deployment.topics.put(topic, Healthy.topic(before.partitions(), settings));
  }

  private void copies(String name, int copies, int inSync, int leaderless) {
    Topic before = deployment.topics.get(name);
    deployment.topics.put(
        name,
        new Topic(
            before.partitions(), copies, inSync, leaderless, before.settings(), before.rights()));
  }

  private void rights(String name, AclOperation... rights) {
    Topic before = deployment.topics.get(name);
    deployment.topics.put(
        name,
        new Topic(before.partitions(), 3, 3, 0, before.settings(), new HashSet<>(List.of(rights))));
  }

  private static Map<String, String> singleBroker() {
    return Map.of(
        "default.replication.factor", "1",
        "offsets.topic.replication.factor", "1",
        "share.coordinator.state.topic.replication.factor", "1",
        "min.insync.replicas", "1",
        "share.coordinator.state.topic.min.isr", "1");
  }
}
