package io.tierflow.embedded;

import java.util.Map;

/** How brokers treat groups: fast joins, short leases where asked for, many slots. */
public final class GroupSettings {

  /** Kafka's broker settings, by name. */
  public static final Map<String, String> FAST =
      Map.of(
          "group.initial.rebalance.delay.ms", "0",
          "group.min.session.timeout.ms", "1000",
          // By default a new share group's first record comes 6 s after its first member
          // subscribed.
          "group.share.min.heartbeat.interval.ms", "500",
          "group.share.heartbeat.interval.ms", "500",
          "group.share.min.assignment.interval.ms", "0",
          "group.share.assignment.interval.ms", "0",
          // A worker's slot is a member; Kafka's own default is 200.
          "group.share.max.size", "1000",
          // Lets a group ask for a lease of a second; the default stays Kafka's 30 s.
          "group.share.min.record.lock.duration.ms", "1000",
          "group.share.max.partition.max.record.locks", "10000");

  private GroupSettings() {}
}
