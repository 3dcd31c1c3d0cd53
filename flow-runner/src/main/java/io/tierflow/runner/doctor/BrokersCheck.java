package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Broker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How many brokers there are, and those of their settings that matter. */
final class BrokersCheck {

  private static final Finding.In AREA = new Finding.In(Area.BROKERS);
  private static final int SAFE_COPIES = 3;

  private final List<Broker> brokers;
  private final Mends mends;
  private final List<Finding> findings = new ArrayList<>();

  private BrokersCheck(List<Broker> brokers, Mends mends) {
    this.brokers = brokers;
    this.mends = mends;
  }

  static List<Finding> of(List<Broker> brokers, Mends mends) {
    return new BrokersCheck(brokers, mends).findings();
  }

  private List<Finding> findings() {
    int count = brokers.size();
    if (count < SAFE_COPIES) {
      findings.add(
          AREA.warning(
              "cluster",
              count + (count == 1 ? " broker" : " brokers"),
              "3 or more: with fewer, everything stops when one goes",
              "add brokers, see docs/deploying.md"));
    }
    copies("default.replication.factor", "the copies of each new topic");
    copies("offsets.topic.replication.factor", "the copies of what groups have read");
    copies("share.coordinator.state.topic.replication.factor", "the copies of workers' leases");
    inSync("min.insync.replicas");
    inSync("share.coordinator.state.topic.min.isr");
    atMost("group.min.session.timeout.ms", 2500, "a killed runner's runs go on sooner");
    atMost("group.share.heartbeat.interval.ms", 500, "a new slot's first task comes sooner");
    atMost("group.share.assignment.interval.ms", 0, "a new pool's first task comes sooner");
    return findings;
  }

  private void copies(String setting, String what) {
    for (int found : values(setting)) {
      if (found > brokers.size()) {
        error(setting, found, "at most " + brokers.size() + ", the number of brokers", "3");
      } else if (found < SAFE_COPIES && brokers.size() >= SAFE_COPIES) {
        warning(setting, found, "3, " + what, "3");
      }
    }
  }

  private void inSync(String setting) {
    for (int found : values(setting)) {
      if (found >= brokers.size() && found > 1) {
        error(setting, found, "fewer than there are brokers, else nothing is written", "2");
      } else if (found < 2 && brokers.size() >= SAFE_COPIES) {
        warning(setting, found, "2, else one broker's loss may lose what was confirmed", "2");
      }
    }
  }

  private void atMost(String setting, int most, String why) {
    for (int found : values(setting)) {
      if (found > most) {
        warning(setting, found, most + ", so that " + why, String.valueOf(most));
      }
    }
  }

  private void error(String setting, int found, String expected, String better) {
    findings.add(
        AREA.error(setting, found + where(setting, found), expected, mend(setting, better)));
  }

  private void warning(String setting, int found, String expected, String better) {
    findings.add(
        AREA.warning(setting, found + where(setting, found), expected, mend(setting, better)));
  }

  private String mend(String setting, String better) {
    return setting.equals("min.insync.replicas")
        ? mends.brokersSetting(setting, better)
        : mends.brokerFile(setting, better);
  }

  /** Which brokers have it so, where they differ. */
  private String where(String setting, int found) {
    return values(setting).size() == 1
        ? ""
        : brokers.stream()
            .filter(each -> String.valueOf(found).equals(each.settings().get(setting)))
            .map(each -> String.valueOf(each.id()))
            .collect(Collectors.joining(", ", " on broker ", ""));
  }

  private Set<Integer> values(String setting) {
    return brokers.stream()
        .filter(each -> each.settings().containsKey(setting))
        .map(each -> Integer.valueOf(each.settings().get(setting)))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
