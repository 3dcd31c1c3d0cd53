package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Broker;
import io.tierflow.runner.doctor.Facts.Group;
import io.tierflow.runner.doctor.Facts.Worker;
import io.tierflow.wire.topics.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The runners' group, and the share group of each lane with its settings. */
final class GroupsCheck {

  private static final Finding.In AREA = new Finding.In(Area.GROUPS);
  private static final String RESET = "share.auto.offset.reset";
  private static final String DELIVERIES = "share.delivery.count.limit";
  private static final String MOST_MEMBERS = "group.share.max.size";

  private final TopicNames names;
  private final Map<String, Group> groups;
  private final Mends mends;
  private final List<Finding> findings = new ArrayList<>();

  GroupsCheck(TopicNames names, Map<String, Group> groups, Mends mends) {
    this.names = names;
    this.groups = groups;
    this.mends = mends;
  }

  List<Finding> findings(List<Worker> workers, List<Broker> brokers) {
    String runners = names.runnerGroup();
    Group group = groups.get(runners);
    if (group == null || group.members() == 0) {
      findings.add(
          AREA.error(
              runners,
              group == null ? "no such group" : "no member, state " + group.state(),
              "the runners: without them no run moves",
              "tierflow runner --bootstrap " + mends.bootstrap() + " --data DIR"));
    }
    groups.entrySet().stream()
        .filter(each -> each.getValue().share())
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> settings(each.getKey(), each.getValue()));
    Map<String, Integer> slots =
        workers.stream()
            .filter(Worker::isLive)
            .collect(
                Collectors.groupingBy(
                    Worker::lane, TreeMap::new, Collectors.summingInt(Worker::slots)));
    slots.forEach((lane, count) -> members(lane, count, brokers));
    return findings;
  }

  private void settings(String name, Group group) {
    String reset = group.settings().get(RESET);
    if (reset != null && !reset.equals("earliest")) {
      findings.add(
          AREA.error(
              name,
              RESET + "=" + reset,
              RESET + "=earliest, else tasks sent before the first worker are never worked",
              mends.groupSetting(name, RESET, "earliest")));
    }
    String deliveries = group.settings().get(DELIVERIES);
    if (deliveries != null && Integer.parseInt(deliveries) < 10) {
      findings.add(
          AREA.warning(
              name,
              DELIVERIES + "=" + deliveries,
              DELIVERIES + "=10, else a task that killed some workers waits for its deadline",
              mends.groupSetting(name, DELIVERIES, "10")));
    }
  }

  private void members(String lane, int slots, List<Broker> brokers) {
    String name = names.workerGroup(lane);
    Group group = groups.get(name);
    if (group == null || group.members() == 0) {
      findings.add(
          AREA.error(
              name,
              "no member, while live workers announce " + slots + " slots",
              "at least one: none of them takes a task",
              "look into the workers' logs, restart them"));
    }
    for (Broker broker : brokers) {
      String most = broker.settings().get(MOST_MEMBERS);
      if (most != null && Integer.parseInt(most) < slots) {
        findings.add(
            AREA.error(
                name,
                slots + " slots, while broker " + broker.id() + " has " + MOST_MEMBERS + "=" + most,
                "room for each slot, which is a member: the others take no task",
                mends.brokerFile(MOST_MEMBERS, "1000")));
        return;
      }
    }
  }
}
