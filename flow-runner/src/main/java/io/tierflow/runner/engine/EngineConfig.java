package io.tierflow.runner.engine;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 */
public record EngineConfig(
    String bootstrap,
    String topicPrefix,
    Path dataDir,
    String advertisedUrl,
    Set<String> classes,
    int standbyReplicas,
    Map<String, String> kafka,
    List<URI> alertWebhooks) {

  /** The prefix when none is configured. */
  public static final String DEFAULT_TOPIC_PREFIX = "tierflow.";

  /**
   * Copies the collections and checks the number.
   *
   * @throws IllegalArgumentException if standbyReplicas is negative
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
  }

  /** Without webhooks. */
  public EngineConfig(
      String bootstrap,
      String topicPrefix,
      Path dataDir,
      String advertisedUrl,
      Set<String> classes,
      int standbyReplicas,
      Map<String, String> kafka) {
    this(
        bootstrap, topicPrefix, dataDir, advertisedUrl, classes, standbyReplicas, kafka, List.of());
  }
}
