package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Broker;
import io.tierflow.runner.doctor.Facts.Need;
import io.tierflow.runner.doctor.Facts.Worker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Decides what is to be mended from what was seen. Pure: the same facts, the same report. */
final class Checkup {

  private final Facts facts;
  private final Mends mends;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<Area, String> looked = new EnumMap<>(Area.class);

  private Checkup(Facts facts, Mends mends) {
    this.facts = facts;
    this.mends = mends;
  }

  static Report of(Facts facts, Set<Role> roles, Mends mends) {
    Checkup checkup = new Checkup(facts, mends);
    checkup.kafka(roles);
    checkup.others();
    return new Report(checkup.findings, checkup.looked);
  }

  private void kafka(Set<Role> roles) {
    Facts.Kafka kafka = facts.kafka();
    List<Broker> brokers = seen(Area.BROKERS, "broker", kafka.brokers(), List.of());
    findings.addAll(BrokersCheck.of(brokers, mends));
    Map<String, Facts.Topic> topics = seenMap(Area.TOPICS, "topic", kafka.topics());
    if (kafka.topics().value().isPresent()) {
      findings.addAll(
          new TopicsCheck(facts.names(), topics, brokers.size(), mends).findings(lanes()));
    }
    findings.addAll(UnreadCheck.of(facts.contents().unread(), facts.names(), mends));
    Map<String, Facts.Group> groups = seenMap(Area.GROUPS, "group", kafka.groups());
    if (kafka.groups().value().isPresent()) {
      findings.addAll(new GroupsCheck(facts.names(), groups, mends).findings(workers(), brokers));
    }
    if (kafka.rights() instanceof Look.Failed<Set<org.apache.kafka.common.acl.AclOperation>> no) {
      failed(Area.RIGHTS, no.why());
    } else {
      note(Area.RIGHTS, 1 + topics.size() + groups.size(), "resource");
    }
    findings.addAll(new RightsCheck(facts.names(), mends).findings(kafka, roles));
  }

  private void others() {
    List<Facts.Subject> subjects = seen(Area.REGISTRY, "subject", facts.registry(), List.of());
    findings.addAll(RegistryCheck.of(subjects, mends));
    note(Area.RUNNERS, facts.runners().size(), "runner");
    findings.addAll(RunnersCheck.of(facts.runners()));
    List<Worker> workers = seen(Area.POOLS, "worker", facts.contents().workers(), List.of());
    List<Need> needs = facts.contents().needs().value().orElse(List.of());
    if (facts.contents().needs() instanceof Look.Failed<List<Need>> no) {
      failed(Area.POOLS, no.why());
    }
    if (facts.contents().workers().value().isPresent()) {
      findings.addAll(new PoolsCheck(mends).findings(workers, needs));
    }
    note(Area.CLOCKS, heard(workers) + answered(), "clock");
    findings.addAll(ClocksCheck.of(workers, facts.runners()));
    note(Area.VERSIONS, live(workers) + answered(), "process");
    findings.addAll(VersionsCheck.of(workers, facts.runners()));
  }

  private static long heard(List<Worker> workers) {
    return workers.stream().filter(worker -> worker.ahead().isPresent()).count();
  }

  private static long live(List<Worker> workers) {
    return workers.stream().filter(Worker::isLive).count();
  }

  private long answered() {
    return facts.runners().stream().filter(runner -> runner.answer().value().isPresent()).count();
  }

  private List<Worker> workers() {
    return facts.contents().workers().value().orElse(List.of());
  }

  /** Those that somebody works, or that a flow needs. */
  private Set<String> lanes() {
    Set<String> lanes = new TreeSet<>();
    workers().stream().filter(Worker::isLive).map(Worker::lane).forEach(lanes::add);
    facts.contents().needs().value().stream()
        .flatMap(Collection::stream)
        .map(Need::lane)
        .forEach(lanes::add);
    return lanes;
  }

  private <T> Map<String, T> seenMap(Area area, String what, Look<Map<String, T>> look) {
    outcome(area, what, look, look.value().map(Map::size).orElse(0));
    return look.value().orElse(Map.of());
  }

  private <T> List<T> seen(Area area, String what, Look<List<T>> look, List<T> otherwise) {
    outcome(area, what, look, look.value().map(List::size).orElse(0));
    return look.value().orElse(otherwise);
  }

  private void outcome(Area area, String what, Look<?> look, int count) {
    if (look instanceof Look.Seen<?>) {
      note(area, count, what);
    } else if (look instanceof Look.Left<?> left) {
      looked.put(area, "not looked at: " + left.why());
    } else if (look instanceof Look.Failed<?> failed) {
      failed(area, failed.why());
    }
  }

  private void note(Area area, long count, String what) {
    String many = what.endsWith("s") ? "es" : "s";
    looked.put(area, count + " " + what + (count == 1 ? "" : many));
  }

  private void failed(Area area, String why) {
    looked.put(area, "could not be looked at");
    findings.add(
        new Finding.In(area)
            .error(
                area.word(),
                why,
                "an answer: what is wrong there is not known",
                "mend that, then ask again"));
  }
}
