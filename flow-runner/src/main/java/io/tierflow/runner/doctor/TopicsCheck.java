package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Topic;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.wire.topics.TopicSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether the topics are there, and are as runners and workers create them. */
final class TopicsCheck {

  private static final Finding.In AREA = new Finding.In(Area.TOPICS);
  private static final String CLEANUP = "cleanup.policy";
  private static final String RETENTION = "retention.ms";
  private static final String MAX_BYTES = "max.message.bytes";
  private static final String MIN_IN_SYNC = "min.insync.replicas";
  private static final int ORDINARY_BYTES = 1024 * 1024;

  private final TopicNames names;
  private final Map<String, Topic> topics;
  private final int brokers;
  private final Mends mends;
  private final List<Finding> findings = new ArrayList<>();

  /** Of these topics; 0 brokers if their number is not known. */
  TopicsCheck(TopicNames names, Map<String, Topic> topics, int brokers, Mends mends) {
    this.names = names;
    this.topics = topics;
    this.brokers = brokers;
    this.mends = mends;
  }

  List<Finding> findings(Collection<String> lanes) {
    if (topics.isEmpty()) {
      return List.of(
          AREA.error(
              names.prefix() + "*",
              "no topic",
              "those of a runner with this prefix",
              "check --topic-prefix, or start a runner: it creates them"));
    }
    TopicSettings.ofRunner(names).forEach(this::one);
    lanes.stream().sorted().forEach(lane -> one(TopicSettings.tasks(names, lane)));
    topics.keySet().stream().sorted().forEach(this::copies);
    partitionsOfRuns();
    return findings;
  }

  private void one(TopicSettings expected) {
    Topic topic = topics.get(expected.name());
    if (topic == null) {
      findings.add(
          AREA.error(
              expected.name(),
              "no such topic",
              "one with " + expected.partitions() + " partitions",
              mends.createTopic(expected.name(), expected.partitions(), expected.configs())));
      return;
    }
    if (expected.partitions() == 1 && topic.partitions() > 1) {
      findings.add(
          AREA.warning(
              expected.name(),
              topic.partitions() + " partitions",
              "1, else a task may wait behind a busy slot, and a report be overtaken",
              "partitions can't be taken away: delete the topic once it is empty, and create it"
                  + " again"));
    }
    cleanup(expected, topic);
    retention(expected, topic);
    bytes(expected, topic);
  }

  private void cleanup(TopicSettings expected, Topic topic) {
    String wanted = expected.configs().getOrDefault(CLEANUP, "delete");
    String found = topic.settings().get(CLEANUP);
    if (found != null && !parts(found).equals(parts(wanted))) {
      findings.add(
          AREA.error(
              expected.name(),
              CLEANUP + "=" + found,
              CLEANUP + "=" + wanted + ", else records are lost or stay for ever",
              mends.topicSetting(expected.name(), CLEANUP, wanted)));
    }
  }

  private static Set<String> parts(String policy) {
    return Set.copyOf(Arrays.asList(policy.replace(" ", "").split(",")));
  }

  private void retention(TopicSettings expected, Topic topic) {
    String wanted = expected.configs().get(RETENTION);
    String found = topic.settings().get(RETENTION);
    if (wanted != null && found != null && rank(found) < rank(wanted)) {
      findings.add(
          AREA.warning(
              expected.name(),
              RETENTION + "=" + found,
              RETENTION + "=" + wanted + " or more, else what is still needed may go",
              mends.topicSetting(expected.name(), RETENTION, wanted)));
    }
  }

  /** Without a limit is longest. */
  private static long rank(String millis) {
    long value = Long.parseLong(millis);
    return value < 0 ? Long.MAX_VALUE : value;
  }

  private void bytes(TopicSettings expected, Topic topic) {
    int wanted =
        Integer.parseInt(
            expected.configs().getOrDefault(MAX_BYTES, String.valueOf(ORDINARY_BYTES)));
    topic
        .number(MAX_BYTES)
        .filter(found -> found < wanted)
        .ifPresent(
            found ->
                findings.add(
                    AREA.error(
                        expected.name(),
                        MAX_BYTES + "=" + found,
                        wanted + " or more, else the largest records are refused",
                        mends.topicSetting(expected.name(), MAX_BYTES, String.valueOf(wanted)))));
  }

  private void copies(String name) {
    Topic topic = topics.get(name);
    int needed = topic.number(MIN_IN_SYNC).orElse(1);
    if (topic.leaderless() > 0) {
      findings.add(
          AREA.error(
              name,
              topic.leaderless() + " partitions that no broker leads",
              "none: nothing is read or written there",
              "start the brokers that have it: " + mends.topicState(name)));
    } else if (topic.inSync() < needed) {
      findings.add(
          AREA.error(
              name,
              topic.inSync() + " copies in sync",
              needed + " (" + MIN_IN_SYNC + "), else nothing is written",
              needed > topic.copies()
                  ? mends.topicSetting(name, MIN_IN_SYNC, String.valueOf(topic.copies()))
                  : "start the brokers that have it: " + mends.topicState(name)));
    } else if (topic.inSync() < topic.copies()) {
      findings.add(
          AREA.warning(
              name,
              topic.inSync() + " of " + topic.copies() + " copies in sync",
              "all of them",
              "start the brokers that have it: " + mends.topicState(name)));
    }
    if (brokers >= 3 && topic.copies() < 3) {
      findings.add(
          AREA.warning(
              name,
              topic.copies() + (topic.copies() == 1 ? " copy" : " copies"),
              "3, so that a broker may go",
              "kafka-reassign-partitions.sh, with three brokers for each partition"));
    }
  }

  /** What belongs to one run lies in the same partition everywhere, its state included. */
  private void partitionsOfRuns() {
    Topic commands = topics.get(names.commands());
    if (commands == null) {
      return;
    }
    for (String name : List.of(names.results(), names.errors())) {
      Topic topic = topics.get(name);
      if (topic != null && topic.partitions() != commands.partitions()) {
        unequal(name, topic, commands, "runners do not start");
      }
    }
    topics.forEach(
        (name, topic) -> {
          if (name.endsWith("-changelog") && topic.partitions() != commands.partitions()) {
            unequal(name, topic, commands, "state is looked for where it is not");
          }
        });
  }

  private void unequal(String name, Topic topic, Topic commands, String otherwise) {
    findings.add(
        AREA.error(
            name,
            topic.partitions() + " partitions",
            commands.partitions() + ", as many as " + names.commands() + ", else " + otherwise,
            "start anew under another --topic-prefix with equal numbers, see docs/deploying.md"));
  }
}
