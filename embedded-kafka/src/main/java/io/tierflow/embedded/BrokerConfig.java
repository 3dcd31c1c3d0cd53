package io.tierflow.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Where a broker keeps its data and which ports it listens on. Immutable.
 *
 * @param dataDir folder of the data, made if it is missing; used again, it holds what it held
 * @param port port of the clients' listener on 127.0.0.1; 0 (the default) takes a free one. Node
 *     {@code n} of a cluster listens on {@code port + n}
 * @param controllerPort port of the controllers' listener, by the same rules
 * @param overrides Kafka broker settings that replace the embedded defaults
 */
public record BrokerConfig(
    Path dataDir, int port, int controllerPort, Map<String, String> overrides) {

  private static final int HIGHEST_PORT = 65_535;

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a port lies outside 0 to 65535
   */
  public BrokerConfig {
    Objects.requireNonNull(dataDir, "dataDir");
    dataDir = dataDir.toAbsolutePath().normalize();
    requirePort("port", port);
    requirePort("controllerPort", controllerPort);
    overrides = Map.copyOf(overrides);
  }

  /** A broker with its data in {@code dataDir}, on free ports, with the embedded defaults. */
  public static BrokerConfig in(Path dataDir) {
    return new BrokerConfig(dataDir, 0, 0, Map.of());
  }

  /** The same, with the clients' listener on {@code port} (0 takes a free one). */
  public BrokerConfig withPort(int newPort) {
    return new BrokerConfig(dataDir, newPort, controllerPort, overrides);
  }

  /** The same, with the controllers' listener on {@code newPort} (0 takes a free one). */
  public BrokerConfig withControllerPort(int newPort) {
    return new BrokerConfig(dataDir, port, newPort, overrides);
  }

  /** The same, with these Kafka broker settings in place of the earlier overrides. */
  public BrokerConfig withOverrides(Map<String, String> newOverrides) {
    return new BrokerConfig(dataDir, port, controllerPort, newOverrides);
  }

  private static void requirePort(String name, int value) {
    if (value < 0 || value > HIGHEST_PORT) {
      throw new IllegalArgumentException(
          name + ": found " + value + ", expected 0 (a free port) to " + HIGHEST_PORT);
    }
  }
}
