package io.tierflow.wire.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How one topic is created where it is missing. Whoever comes first creates it, runner or worker,
 * so both take the settings from here. The replication factor is the broker's default.
 *
 * @param name the topic's name
 * @param partitions how many partitions it has
 * @param configs Kafka's own topic settings that differ from the broker's defaults
 */
public record TopicSettings(String name, int partitions, Map<String, String> configs) {

  /**
   * Partitions of the topics that are keyed by run id. They are one number: what belongs to one run
   * must lie in the same partition of each.
   */
  public static final int RUN_PARTITIONS = 4;

  /**
   * The largest dead letter, in bytes: an undecodable record of the largest ordinary size (1 MiB)
   * must fit with what is said of it.
   */
  public static final int MAX_DEAD_LETTER_BYTES = 2 * 1024 * 1024;

  private static final String CLEANUP = "cleanup.policy";
  private static final String RETENTION = "retention.ms";
  private static final String WEEK = String.valueOf(Duration.ofDays(7).toMillis());

  /** Copies the settings, so that they never change. */
  public TopicSettings {
    configs = Map.copyOf(configs);
  }

  /** The commands' topic: a week, by run id. */
  public static TopicSettings commands(TopicNames names) {
    return byRun(names.commands());
  }

  /**
   * The task topic of one lane, that is of one class's launcher: one partition, since share group
   * members get a subset of the partitions and a task must never wait behind a busy member while
   * others idle. A week outlasts any queue timeout.
   */
  public static TopicSettings tasks(TopicNames names, String lane) {
    return new TopicSettings(names.tasks(lane), 1, Map.of(RETENTION, WEEK));
  }

  /** The results' topic: a week, by run id. */
  public static TopicSettings results(TopicNames names) {
    return byRun(names.results());
  }

  /** The errors' topic: a week, by run id. */
  public static TopicSettings errors(TopicNames names) {
    return byRun(names.errors());
  }

  /** The dead letters' topic: kept until somebody deals with them, so without a limit of time. */
  public static TopicSettings deadLetters(TopicNames names) {
    return new TopicSettings(
        names.deadLetters(),
        RUN_PARTITIONS,
        Map.of(RETENTION, "-1", "max.message.bytes", String.valueOf(MAX_DEAD_LETTER_BYTES)));
  }

  /** The events' topic: a week, by run id. */
  public static TopicSettings events(TopicNames names) {
    return byRun(names.events());
  }

  /**
   * The topic of reports from elsewhere: a week. One partition, so that reports are read in the
   * order they were sent in, whatever key their senders give.
   */
  public static TopicSettings completions(TopicNames names) {
    return new TopicSettings(names.completions(), 1, Map.of(RETENTION, WEEK));
  }

  /** The flows' topic: compacted, by the flow's name. */
  public static TopicSettings flows(TopicNames names) {
    return new TopicSettings(names.flows(), 1, Map.of(CLEANUP, "compact"));
  }

  /** The topic of what was learned: compacted, by stage, and forgotten after a week. */
  public static TopicSettings learned(TopicNames names) {
    return new TopicSettings(
        names.learned(),
        1,
        Map.of(
            CLEANUP,
            "compact,delete",
            RETENTION,
            WEEK,
            "segment.ms",
            String.valueOf(Duration.ofDays(1).toMillis())));
  }

  /** The pauses' topic: compacted, by what is paused. */
  public static TopicSettings pauses(TopicNames names) {
    return new TopicSettings(names.pauses(), 1, Map.of(CLEANUP, "compact"));
  }

  /**
   * The workers' topic: compacted, by worker id. A worker that was killed leaves no tombstone, so
   * what it said last goes after a day.
   */
  public static TopicSettings workers(TopicNames names) {
    return new TopicSettings(
        names.workers(),
        1,
        Map.of(
            CLEANUP,
            "compact,delete",
            RETENTION,
            String.valueOf(Duration.ofDays(1).toMillis()),
            "segment.ms",
            String.valueOf(Duration.ofMinutes(10).toMillis())));
  }

  /**
   * The topic of past times: compacted, by what took that long. What nobody has run for a year
   * goes.
   */
  public static TopicSettings times(TopicNames names) {
    return new TopicSettings(
        names.times(),
        1,
        Map.of(
            CLEANUP, "compact,delete", RETENTION, String.valueOf(Duration.ofDays(366).toMillis())));
  }

  /**
   * The payloads' topic: a week, as long as the records that refer to it. One partition per
   * payload, chosen by its content.
   */
  public static TopicSettings payloads(TopicNames names) {
    return byRun(names.payloads());
  }

  /**
   * The topic of what no longer counts: a day, since later a worker that would have to know is long
   * gone. One partition: there is little of it, and every worker reads all.
   */
  public static TopicSettings control(TopicNames names) {
    return new TopicSettings(
        names.control(),
        1,
        Map.of(
            RETENTION,
            String.valueOf(Duration.ofDays(1).toMillis()),
            "segment.ms",
            String.valueOf(Duration.ofHours(1).toMillis())));
  }

  /** Every topic a runner needs, without the task topics. */
  public static List<TopicSettings> ofRunner(TopicNames names) {
    return List.of(
        commands(names),
        results(names),
        errors(names),
        deadLetters(names),
        events(names),
        completions(names),
        flows(names),
        times(names),
        learned(names),
        pauses(names),
        workers(names),
        control(names),
        payloads(names));
  }

  /**
   * Every topic a worker needs.
   *
   * @param lanes those of its class, also the ones that it does not serve: once a class is known,
   *     flows may name any launcher of it
   */
  public static List<TopicSettings> ofWorker(TopicNames names, Collection<String> lanes) {
    return Stream.concat(
            lanes.stream().map(lane -> tasks(names, lane)),
            Stream.of(
                results(names),
                errors(names),
                deadLetters(names),
                workers(names),
                pauses(names),
                control(names),
                payloads(names)))
        .toList();
  }

  private static TopicSettings byRun(String name) {
    return new TopicSettings(name, RUN_PARTITIONS, Map.of(RETENTION, WEEK));
  }
}
