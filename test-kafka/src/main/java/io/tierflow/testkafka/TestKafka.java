package io.tierflow.testkafka;

import io.tierflow.embedded.BrokerConfig;
import io.tierflow.embedded.EmbeddedBroker;
import io.tierflow.embedded.GroupSettings;
import java.nio.file.Path;
import java.util.Locale;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A real broker for a test: the embedded one, or with {@code -Dtierflow.test.kafka=container} the
 * official image in a container, with the same settings of groups. Every test that needs a broker
 * of ordinary kind takes it from here, so the same tests run on both; see {@link KafkaTest}.
 * Thread-safe.
 */
public final class TestKafka implements AutoCloseable {

  /** The system property that chooses: {@code embedded}, the default, or {@code container}. */
  public static final String KIND = "tierflow.test.kafka";

  static final String IMAGE = "apache/kafka:4.3.1";

  private final String bootstrap;
  private final AutoCloseable broker;

  private TestKafka(String bootstrap, AutoCloseable broker) {
    this.bootstrap = bootstrap;
    this.broker = broker;
  }

  /**
   * Starts a broker without topics and returns when it serves clients.
   *
   * @param data where the embedded one keeps its data
   * @throws IllegalArgumentException if the property names no kind of broker
   */
  public static TestKafka start(Path data) {
    return inContainer() ? container() : embedded(data);
  }

  static boolean inContainer() {
    String kind = System.getProperty(KIND, "embedded");
    return switch (kind) {
      case "embedded" -> false;
      case "container" -> true;
      default ->
          throw new IllegalArgumentException(
              KIND + ": found " + kind + ", expected embedded or container");
    };
  }

  /** The broker's address, for {@code bootstrap.servers}. */
  public String bootstrap() {
    return bootstrap;
  }

  @Override
  public void close() {
    try {
      broker.close();
    } catch (Exception e) {
      throw new IllegalStateException("the broker at " + bootstrap + " does not stop", e);
    }
  }

  private static TestKafka embedded(Path data) {
    EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(data));
    return new TestKafka(broker.bootstrap(), broker);
  }

  @SuppressWarnings("resource") // closed by close()
  private static TestKafka container() {
    KafkaContainer container = new KafkaContainer(IMAGE);
    GroupSettings.FAST.forEach((name, value) -> container.addEnv(variable(name), value));
    container.addEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    container.addEnv("KAFKA_MESSAGE_MAX_BYTES", Integer.toString(2 * 1024 * 1024));
    container.addEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1");
    container.addEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
    container.start();
    return new TestKafka(container.getBootstrapServers(), container);
  }

  // As Kafka's image reads its settings from the environment.
  private static String variable(String setting) {
    return "KAFKA_" + setting.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
