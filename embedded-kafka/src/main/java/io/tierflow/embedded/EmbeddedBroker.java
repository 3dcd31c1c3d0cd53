package io.tierflow.embedded;

/**
 * One Kafka broker in this JVM, broker and controller at once.
 *
 * <pre>{@code
 * try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(tempDir))) {
 *   admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
 * }
 * }</pre>
 *
 * <p>Topics and records outlive {@link #close()}. Topics are not made by using them ({@code
 * auto.create.topics.enable=false}); records may have 2 MiB; joining a share group takes about a
 * second, not six. Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private final EmbeddedCluster cluster;

  private EmbeddedBroker(EmbeddedCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts a broker and returns when it serves clients, 3–4 s later.
   *
   * @throws PortInUseException if a port of {@code config} is taken
   * @throws BrokerStartException if the data folder doesn't fit or the broker fails to start
   */
  public static EmbeddedBroker start(BrokerConfig config) {
    return new EmbeddedBroker(EmbeddedCluster.start(config, 1));
  }

  /** The broker's address, for {@code bootstrap.servers}. */
  public String bootstrap() {
    return cluster.bootstrap();
  }

  /** Stops the broker in good order; the data and the ports are kept for {@link #resume()}. */
  public void stop() {
    cluster.stopNode(0);
  }

  /** Starts the broker again after {@link #stop()}, on the same data and ports. */
  public void resume() {
    cluster.startNode(0);
  }

  /** Stops the broker. The data stays. May be called again. */
  @Override
  public void close() {
    cluster.close();
  }
}
