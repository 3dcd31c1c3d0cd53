package io.tierflow.examples.reference;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.MqttClientStateException;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real MQTT broker on a free port, and a sensor that publishes a reading ten times a second,
 * retained, so that a new subscriber has the latest one at once. Nothing is kept on disk.
 * Thread-safe.
 */
final class SensorBroker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SensorBroker.class);
  private static final String STATION = "station-1";
  private static final long PERIOD_MS = 100;
  private static final int PORT_TRIES = 5;

  private final Server server;
  private final InetAddress address;
  private final int port;
  private final Mqtt3BlockingClient sensor;
  private final ScheduledExecutorService readings =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "sensor");
            thread.setDaemon(true);
            return thread;
          });

  private ScheduledFuture<?> publishing;

  // Touched by the starting thread before, and then only by the one thread of the executor.
  private long sequence;

  private SensorBroker(Server server, InetAddress address, int port) {
    this.server = server;
    this.address = address;
    this.port = port;
    this.sensor =
        MqttClient.builder()
            .useMqttVersion3()
            .identifier("sensor-" + STATION)
            .serverHost(address.getHostAddress())
            .serverPort(port)
            .buildBlocking();
  }

  /**
   * Starts broker and sensor; the first reading is there when it returns.
   *
   * @throws IOException if no port can be opened or the sensor cannot connect
   */
  static SensorBroker start(InetAddress address) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        return start(address, freePort(address));
      } catch (IOException e) {
        // Another process may have taken the port since it was found free.
        if (tries == PORT_TRIES) {
          throw e;
        }
        LOG.debug("the MQTT broker tries another port", e);
      }
    }
  }

  private static SensorBroker start(InetAddress address, int port) throws IOException {
    Properties settings = new Properties();
    settings.setProperty(IConfig.HOST_PROPERTY_NAME, address.getHostAddress());
    settings.setProperty(IConfig.PORT_PROPERTY_NAME, Integer.toString(port));
    settings.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "true");
    settings.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
    settings.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
    Server server = new Server();
    server.startServer(new MemoryConfig(settings));
    SensorBroker broker = new SensorBroker(server, address, port);
    try {
      broker.startSensor();
      return broker;
    } catch (IOException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  // The broker is not asked which port it got: asking writes to a map that its own thread is
  // filling at that moment, and loses the answer.
  private static int freePort(InetAddress address) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, address)) {
      return socket.getLocalPort();
    }
  }

  /** Where it listens. */
  String url() {
    return "mqtt://" + address.getHostAddress() + ":" + port;
  }

  @Override
  public void close() {
    if (publishing != null) {
      publishing.cancel(true);
    }
    readings.shutdownNow();
    try {
      sensor.disconnect();
    } catch (MqttClientStateException e) {
      LOG.debug("The sensor was not connected", e);
    }
    server.stopServer();
  }

  private void startSensor() throws IOException {
    try {
      sensor.connect();
      sensor.publish(reading());
    } catch (RuntimeException e) {
      throw new IOException("sensor: expected " + url() + " to take a reading, found " + e, e);
    }
    publishing =
        readings.scheduleAtFixedRate(this::publish, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  private void publish() {
    try {
      sensor.publish(reading());
    } catch (RuntimeException e) {
      // The next reading is due soon, and subscribers still have the last one.
      LOG.info("A reading was not published: {}", e.toString());
    }
  }

  private Mqtt3Publish reading() {
    double temperature = 15 + 6 * Math.sin(sequence / 100.0);
    String json =
        String.format(
            Locale.ROOT,
            "{\"station\": \"%s\", \"sequence\": %d, \"temperature\": %.2f}",
            STATION,
            sequence++,
            temperature);
    return Mqtt3Publish.builder()
        .topic("sensors/" + STATION)
        .payload(json.getBytes(StandardCharsets.UTF_8))
        .qos(MqttQos.AT_LEAST_ONCE)
        .retain(true)
        .build();
  }
}
