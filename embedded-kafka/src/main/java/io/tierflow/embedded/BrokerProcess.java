package io.tierflow.embedded;

import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import java.nio.file.Path;
import java.util.List;

/**
 * A broker in a JVM of its own, which may be killed and started again on its data and port.
 *
 * <p>Its output goes to {@code logs/broker.log} in the data folder. It ends with this JVM at the
 * latest. Thread-safe.
 */
public final class BrokerProcess implements AutoCloseable {

  /** What a broker with a small load needs: 340 MB in all. */
  public static final List<String> JVM_ARGS =
      List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final ChildSpec spec;
  private final String bootstrap;
  private ChildProcess child; // guarded by this

  private BrokerProcess(ChildSpec spec, int port) {
    this.spec = spec;
    this.bootstrap = "127.0.0.1:" + port;
    this.child = ChildProcess.start(spec);
  }

  /**
   * Starts a broker and returns when it serves clients. The overrides of {@code config} are not
   * handed on.
   *
   * @throws PortInUseException if a port of {@code config} is taken
   * @throws io.tierflow.process.ChildStartException if the process ends early or isn't ready in 90
   *     s
   * @throws IllegalArgumentException if {@code config} has overrides
   */
  public static BrokerProcess start(BrokerConfig config) {
    return start(config, JVM_ARGS);
  }

  /** The same with other arguments of its JVM: for a broker with more than a small load. */
  public static BrokerProcess start(BrokerConfig config, List<String> jvmArgs) {
    if (!config.overrides().isEmpty()) {
      throw new IllegalArgumentException(
          "overrides: found " + config.overrides() + ", expected none for a broker process");
    }
    // Chosen here, so that it is the same after a restart.
    int port = Ports.requireFree("Kafka clients", "--port", config.port());
    Path logs = config.dataDir().resolve("logs");
    List<String> args =
        List.of(
            config.dataDir().toString(),
            Integer.toString(port),
            Integer.toString(config.controllerPort()));
    return new BrokerProcess(
        ChildSpec.of("broker", BrokerMain.class, args, logs).withJvmArgs(jvmArgs), port);
  }

  /** The broker's address, for {@code bootstrap.servers}; it stays the same. */
  public String bootstrap() {
    return bootstrap;
  }

  /** The process id; another one after each {@link #restart()}. */
  public synchronized long pid() {
    return child.pid();
  }

  /** Kills the broker (kill -9) and returns when it is gone. */
  public synchronized void kill() {
    child.kill();
  }

  /** Starts the broker again on its data and port, after stopping it if it still runs. */
  public synchronized void restart() {
    child.stop();
    child = ChildProcess.start(spec);
  }

  /** Stops the broker. The data stays. May be called again. */
  @Override
  public synchronized void close() {
    child.stop();
  }
}
