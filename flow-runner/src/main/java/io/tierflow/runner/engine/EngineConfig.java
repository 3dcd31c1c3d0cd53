package io.tierflow.runner.engine;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What an engine is started with.
 *
 * @param bootstrap Kafka's addresses, for example {@code 127.0.0.1:9092,10.0.0.2:9092}
 * @param topicPrefix what the names of all topics and groups begin with; {@code tierflow.} by
 *     default
 * @param dataDir where the state stores lie; a lost folder is filled again from Kafka
 * @param advertisedUrl where other runners reach this one's HTTP API
 * @param classes the resource classes that flows may name before any pool has announced them
 * @param standbyReplicas how many other runners keep a warm copy of each run's state; 0 or more
 * @param kafka further settings of every Kafka client, for example for TLS
 * @param alertWebhooks where what is missing is posted to, beside the log
 * @param runRetention how long a run is kept after it ended; empty for as long as Kafka has it
 */
public record EngineConfig(
    String bootstrap,
    String topicPrefix,
    Path dataDir,
    String advertisedUrl,
    Set<String> classes,
    int standbyReplicas,
    Map<String, String> kafka,
    List<URI> alertWebhooks,
    Optional<Duration> runRetention) {

  /** The prefix when none is configured. */
  public static final String DEFAULT_TOPIC_PREFIX = "tierflow.";

  /** How long an ended run is kept when nothing is configured: as long as payloads and tasks. */
  public static final Duration DEFAULT_RUN_RETENTION = Duration.ofDays(7);

  /**
   * Copies the collections and checks the numbers.
   *
   * @throws IllegalArgumentException if standbyReplicas or runRetention is negative
   */
  public EngineConfig {
    Objects.requireNonNull(bootstrap, "bootstrap");
    Objects.requireNonNull(topicPrefix, "topicPrefix");
    Objects.requireNonNull(dataDir, "dataDir");
    Objects.requireNonNull(advertisedUrl, "advertisedUrl");
    classes = Set.copyOf(classes);
    kafka = Map.copyOf(kafka);
    alertWebhooks = List.copyOf(alertWebhooks);
    if (standbyReplicas < 0) {
      throw new IllegalArgumentException(
          "standby replicas: expected 0 or more, found " + standbyReplicas);
    }
    runRetention
        .filter(Duration::isNegative)
        .ifPresent(
            time -> {
              throw new IllegalArgumentException(
                  "run retention: expected none or a time, found " + time);
            });
  }

  /** The same with another retention of ended runs. */
  public EngineConfig withRunRetention(Optional<Duration> retention) {
    return new EngineConfig(
        bootstrap,
        topicPrefix,
        dataDir,
        advertisedUrl,
        classes,
        standbyReplicas,
        kafka,
        alertWebhooks,
        retention);
  }

  /** Without webhooks, and with the default retention. */
  public EngineConfig(
      String bootstrap,
      String topicPrefix,
      Path dataDir,
      String advertisedUrl,
      Set<String> classes,
      int standbyReplicas,
      Map<String, String> kafka) {
    this(
        bootstrap,
        topicPrefix,
        dataDir,
        advertisedUrl,
        classes,
        standbyReplicas,
        kafka,
        List.of(),
        Optional.of(DEFAULT_RUN_RETENTION));
  }
}
