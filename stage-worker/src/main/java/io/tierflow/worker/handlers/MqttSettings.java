package io.tierflow.worker.handlers;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.tierflow.handler.StageException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Where an MQTT broker is and who we are there: the keys that both MQTT handlers share. */
record MqttSettings(
    String handler,
    URI url,
    Duration timeout,
    MqttQos qos,
    Optional<String> username,
    Optional<byte[]> password) {

  private static final String EXPECTED_URL = "mqtt://host:port or mqtts://host:port";
  private static final int PLAIN_PORT = 1883;
  private static final int TLS_PORT = 8883;

  static MqttSettings of(String handler, HandlerConfig config, String url, Duration otherwise)
      throws StageException {
    Optional<String> username = config.optionalString("username");
    Optional<byte[]> password = Optional.empty();
    if (config.has("password-env")) {
      String value = config.environment("password-env", config.string("password-env"));
      password = Optional.of(value.getBytes(StandardCharsets.UTF_8));
      if (username.isEmpty()) {
        throw config.wrong("username", "a text beside password-env", "nothing");
      }
    }
    return new MqttSettings(
        handler,
        broker(config, url),
        config.optionalDuration("timeout").orElse(otherwise),
        MqttQos.fromCode(config.integer("qos", 1, 0, 2)),
        username,
        password);
  }

  boolean tls() {
    return url.getScheme().equals("mqtts");
  }

  int port() {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return tls() ? TLS_PORT : PLAIN_PORT;
  }

  /** The beginning of every message about this broker. */
  String where() {
    return handler + ": " + url;
  }

  private static URI broker(HandlerConfig config, String text) throws StageException {
    try {
      URI url = URI.create(text);
      boolean mqtt = "mqtt".equals(url.getScheme()) || "mqtts".equals(url.getScheme());
      if (mqtt && url.getHost() != null && url.getUserInfo() == null && url.getPath().isEmpty()) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      throw config.wrong("url", EXPECTED_URL, "'" + text + "'");
    }
    throw config.wrong("url", EXPECTED_URL, "'" + text.replaceAll("//[^/@]*@", "//…@") + "'");
  }
}
