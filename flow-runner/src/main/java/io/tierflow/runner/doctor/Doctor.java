package io.tierflow.runner.doctor;

import io.tierflow.wire.WireCodecs;
import io.tierflow.wire.topics.BrokerAccess;
import io.tierflow.wire.topics.BrokerAccess.UnknownHostsException;
import io.tierflow.wire.topics.TopicNames;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Gathers the facts of a deployment and has them checked. It changes nothing. */
public final class Doctor {

  private final Order order;
  private final InstantSource clock;

  /**
   * What to look at.
   *
   * @param bootstrap Kafka's addresses
   * @param prefix what all topics' names begin with
   * @param settings of every Kafka client and of the registry, as runners and workers have them
   * @param settingsFile where they are from, for the commands that mend
   * @param asked the runners to ask, and the roles that this principal has
   */
  public record Order(
      String bootstrap,
      String prefix,
      Map<String, String> settings,
      Optional<String> settingsFile,
      Asked asked) {}

  /**
   * Whom to ask, and for whom.
   *
   * @param runners where runners are
   * @param roles what the principal of these settings is used by
   */
  public record Asked(List<URI> runners, Set<Role> roles) {}

  /** Looks by this clock, which other clocks are compared with. */
  public Doctor(Order order, InstantSource clock) {
    this.order = order;
    this.clock = clock;
  }

  /**
   * Looks at everything; it takes some seconds, since workers are listened to.
   *
   * @throws UnknownHostsException if no broker's name can be resolved
   * @throws TimeoutException if no broker answers
   * @throws IllegalArgumentException if a setting cannot be used
   */
  public Report examine() throws UnknownHostsException, TimeoutException, InterruptedException {
    TopicNames names = new TopicNames(order.prefix());
    Map<String, Object> kafka = new HashMap<>(order.settings());
    kafka.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, order.bootstrap());
    // Each failed try is a line in the log, and closing a client waits for what is under way.
    kafka.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 2_000);
    kafka.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
    kafka.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    kafka.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
    try (Admin admin = BrokerAccess.admin(kafka)) {
      Facts.Kafka brokers = new KafkaLook(admin, order.prefix()).look();
      Facts.Contents contents = contents(kafka, names);
      List<Facts.Runner> runners = new ArrayList<>();
      for (URI runner : order.asked().runners()) {
        runners.add(new RunnerLook(clock).look(runner));
      }
      Facts facts =
          new Facts(
              names,
              brokers,
              contents,
              RegistryLook.look(order.settings(), names, lanes(contents)),
              runners);
      return Checkup.of(
          facts, order.asked().roles(), new Mends(order.bootstrap(), order.settingsFile()));
    }
  }

  private Facts.Contents contents(Map<String, Object> kafka, TopicNames names) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return new ContentsLook(consumer, names, WireCodecs.from(order.settings()), clock).look();
    }
  }

  private static Set<String> lanes(Facts.Contents contents) {
    Set<String> lanes = new TreeSet<>();
    contents.needs().value().stream()
        .flatMap(Collection::stream)
        .map(Facts.Need::lane)
        .forEach(lanes::add);
    contents.workers().value().stream()
        .flatMap(Collection::stream)
        .filter(Facts.Worker::isLive)
        .map(Facts.Worker::lane)
        .forEach(lanes::add);
    return lanes;
  }
}
