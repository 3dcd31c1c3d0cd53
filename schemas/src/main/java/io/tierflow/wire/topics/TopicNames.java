package io.tierflow.wire.topics;

import io.tierflow.schemas.WorkerStatus;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The names of everything Tierflow keeps in Kafka, under one prefix. Runner and worker take them
 * from here, so they cannot differ.
 *
 * @param prefix what every name begins with; {@link #DEFAULT_PREFIX} unless configured
 */
public record TopicNames(String prefix) {

  /** The prefix that is used when none is configured. */
  public static final String DEFAULT_PREFIX = "tierflow.";

  /** The launcher of a class's pools, whose lane has no name but the class's. */
  private static final String POOLS = "kafka";

  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{0,100}");

  /** Checks that the prefix can begin a topic's name. */
  public TopicNames {
    Objects.requireNonNull(prefix, "prefix");
    if (!LEGAL.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "topic prefix '"
              + prefix
              + "': expected at most 100 letters, digits, dots, underscores or hyphens");
    }
  }

  /** The names under the default prefix. */
  public static TopicNames ofDefaults() {
    return new TopicNames(DEFAULT_PREFIX);
  }

  /** What users and timers ask of runs and flows. */
  public String commands() {
    return prefix + "commands";
  }

  /**
   * The tasks of one lane.
   *
   * @param lane the resource class, for its pools; for another launcher of it, the class, a dot and
   *     the launcher
   */
  public String tasks(String lane) {
    return prefix + "tasks." + lane;
  }

  /** Starts, heartbeats and successes of attempts. */
  public String results() {
    return prefix + "results";
  }

  /** Failures of attempts. */
  public String errors() {
    return prefix + "errors";
  }

  /** Tasks set aside and records nobody could decode. */
  public String deadLetters() {
    return prefix + "dead-letters";
  }

  /** The public log of what happens to runs. */
  public String events() {
    return prefix + "events";
  }

  /** Reports of work that was started elsewhere, as JSON from whoever has a producer. */
  public String completions() {
    return prefix + "completions";
  }

  /** Flow definitions with their versions. */
  public String flows() {
    return prefix + "flows";
  }

  /** The classes that stages have turned out to need. */
  public String learned() {
    return prefix + "learned";
  }

  /** Which flows and classes are paused. */
  public String pauses() {
    return prefix + "pauses";
  }

  /** The announcements of workers. */
  public String workers() {
    return prefix + "workers";
  }

  /** Which attempts no longer count. */
  public String control() {
    return prefix + "control";
  }

  /** How long runs and their tasks took. */
  public String times() {
    return prefix + "times";
  }

  /** The chunks of large payloads. */
  public String payloads() {
    return prefix + "payloads";
  }

  /** The share group of the workers of one lane. */
  public String workerGroup(String lane) {
    return prefix + "workers." + lane;
  }

  /** The group of the runners; the topics of their state begin with its name and a hyphen. */
  public String runnerGroup() {
    return prefix + "runner";
  }

  /** The lane whose tasks a worker takes, also where only a newer version has its launcher. */
  public static String lane(WorkerStatus worker) {
    return worker.getLauncher().equals(POOLS)
        ? worker.getResourceClass()
        : worker.getResourceClass() + "." + worker.getLauncher();
  }
}
