package io.tierflow.examples.reference;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The outside world of the reference flow: an HTTP server and an MQTT broker with a sensor, both
 * real and on free ports, and a folder for the files that the flow stores. What an answer of the
 * HTTP server costs is simulated: it takes as long as its URL says. Thread-safe.
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
   * Starts the service on the loopback interface.
   *
   * @param data where the flow stores its files; created if missing
   * @throws IOException if a port cannot be opened or the folder cannot be made
   */
  public static ReferenceService start(Path data) throws IOException {
    return start(data, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
  }

  /**
   * Starts the service.
   *
   * @param data where the flow stores its files; created if missing
   * @param address an address of this machine that the workers can reach
   * @throws IOException if a port cannot be opened or the folder cannot be made
   */
  public static ReferenceService start(Path data, InetAddress address) throws IOException {
    Path folder = Files.createDirectories(data.toAbsolutePath());
    WeatherSource source = WeatherSource.start(address);
    try {
      return new ReferenceService(source, SensorBroker.start(address), folder);
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
