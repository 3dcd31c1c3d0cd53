package io.tierflow.examples.reference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The outside world of the reference flow: an HTTP server and an MQTT broker with a sensor, both
 * real and on free ports of the loopback interface, and a folder for the files that the flow
 * stores. What an answer of the HTTP server costs is simulated: it takes as long as its URL says.
 * Thread-safe.
 */
public final class ReferenceService implements AutoCloseable {

  private final WeatherSource source;
  private final SensorBroker broker;
  private final Path data;

  private ReferenceService(WeatherSource source, SensorBroker broker, Path data) {
    this.source = source;
    this.broker = broker;
    this.data = data;
  }

  /**
   * Starts the service.
   *
   * @param data where the flow stores its files; created if missing
   * @throws IOException if a port cannot be opened or the folder cannot be made
   */
  public static ReferenceService start(Path data) throws IOException {
    Path folder = Files.createDirectories(data.toAbsolutePath());
    WeatherSource source = WeatherSource.start();
    try {
      return new ReferenceService(source, SensorBroker.start(), folder);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** The HTTP server's address, without a slash at the end. */
  public String httpUrl() {
    return source.url();
  }

  /** The MQTT broker's address. */
  public String mqttUrl() {
    return broker.url();
  }

  /** Where the flow stores its files. */
  public Path data() {
    return data;
  }

  /** The reports that the HTTP server took, by idempotency key: each one once. */
  public Map<String, String> reports() {
    return source.reports();
  }

  /** The reference flow with this service's addresses filled in. */
  public ReferenceFlow flow() {
    return ReferenceFlow.load()
        .fill(Map.of("http", httpUrl(), "mqtt", mqttUrl(), "data", data.toString()));
  }

  @Override
  public void close() {
    broker.close();
    source.close();
  }
}
