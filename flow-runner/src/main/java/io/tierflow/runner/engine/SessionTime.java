package io.tierflow.runner.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a runner may be silent until others take its runs over: 2.5 s where the brokers let it
 * be as short, else the shortest that all of them allow.
 */
final class SessionTime {

  private static final Logger LOG = LoggerFactory.getLogger(SessionTime.class);
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final String LEAST = "group.min.session.timeout.ms";

  /** Longer than a runner stands still while it collects garbage. */
  private static final Duration WANTED = Duration.ofMillis(2500);

  /** What brokers have that are not told otherwise. */
  private static final Duration KAFKAS_LEAST = Duration.ofSeconds(6);

  private SessionTime() {}

  /** Asks the brokers; where they don't tell, it is Kafka's default of 6 s. */
  static Duration of(Admin admin) {
    try {
      List<ConfigResource> brokers =
          admin.describeCluster().nodes().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS).stream()
              .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
              .toList();
      return of(
          admin
              .describeConfigs(brokers)
              .all()
              .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
              .values()
              .stream()
              .map(SessionTime::least)
              .toList());
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("{} of the brokers is not to be seen: found {}", LEAST, e.toString());
      return KAFKAS_LEAST;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return KAFKAS_LEAST;
    }
  }

  /** By what each broker allows at least, in milliseconds; empty for one that does not tell. */
  static Duration of(List<Optional<Long>> least) {
    return least.stream()
        .map(each -> each.map(Duration::ofMillis).orElse(KAFKAS_LEAST))
        .reduce(WANTED, (one, other) -> one.compareTo(other) < 0 ? other : one);
  }

  private static Optional<Long> least(Config broker) {
    return Optional.ofNullable(broker.get(LEAST)).map(ConfigEntry::value).map(Long::valueOf);
  }
}
