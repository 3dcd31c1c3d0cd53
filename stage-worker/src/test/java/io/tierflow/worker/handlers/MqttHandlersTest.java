package io.tierflow.worker.handlers;

import static io.tierflow.worker.handlers.Attempt.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class MqttHandlersTest {

  private static final Server BROKER = new Server();
  @TempDir static Path data;

  private final MqttSubscribeHandler subscribe = new MqttSubscribeHandler();
  private final MqttPublishHandler publish = new MqttPublishHandler();

  private static int port;

  @BeforeAll
  static void startBroker() throws IOException {
    // Chosen here: the broker's own answer races with its binding.
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Properties properties = new Properties();
    properties.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
    properties.setProperty(IConfig.PORT_PROPERTY_NAME, Integer.toString(port));
    properties.setProperty(IConfig.DATA_PATH_PROPERTY_NAME, data.toString());
    properties.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
    properties.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
    BROKER.startServer(new MemoryConfig(properties));
  }

  @AfterAll
  static void stopBroker() {
    BROKER.stopServer();
  }

  private static String url() {
    return "mqtt://127.0.0.1:" + port;
  }

  @Test
  void receivesARetainedMessageThatWasPublishedBefore() throws Exception {
    JsonNode reading = json("{'temperature': 21.5}");
    JsonNode published =
        Attempt.with("{'url': '%s', 'topic': 'kept/{stage}', 'retain': true}", url())
            .run(publish, reading);

    JsonNode received =
        Attempt.with("{'url': '%s', 'topic': 'kept/+'}", url()).run(subscribe, json("null"));

    assertThat(published).isEqualTo(reading);
    assertThat(received)
        .isEqualTo(json("{'topic': 'kept/step', 'payload': {'temperature': 21.5}}"));
  }

  @Test
  void receivesTheNextMessagesInOrder() throws Exception {
    CompletableFuture<JsonNode> received =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Attempt.with("{'url': '%s', 'topic': 'live/#', 'count': 2}", url())
                    .run(subscribe, json("null"));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    // Nobody tells when the subscription stands, so the readings go on until it has two.
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              Attempt.with("{'url': '%s', 'topic': 'live/a', 'payload': 'text'}", url())
                  .run(publish, json("'cold'"));
              return received.isDone();
            });

    assertThat(received.get())
        .isEqualTo(
            json(
                "[{'topic': 'live/a', 'payload': 'cold'}, {'topic': 'live/a', 'payload': 'cold'}]"));
  }

  @Test
  void takesTheBrokerFromTheInput() throws Exception {
    JsonNode input = json("{'broker': '%s', 'value': 1}", url());

    assertThat(
            Attempt.with("{'url': '{input.broker}', 'topic': 'from/input', 'qos': 2}")
                .run(publish, input))
        .isEqualTo(input);
  }

  @Test
  void failsWhenNothingComesInTime() {
    Failure failure =
        Attempt.with("{'url': '%s', 'topic': 'silence', 'timeout': '300ms'}", url())
            .failure(subscribe, json("null"));

    assertThat(failure.kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(failure.message())
        .isEqualTo(
            "mqtt-subscribe: "
                + url()
                + ": topic 'silence': expected 1 messages, found 0: timeout of 300ms");
  }

  @Test
  void namesABrokerThatIsNotThere() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Failure failure =
        Attempt.with("{'url': 'mqtt://127.0.0.1:%d', 'topic': 'a'}", port)
            .failure(publish, json("1"));

    assertThat(failure.kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(failure.message())
        .startsWith("mqtt-publish: mqtt://127.0.0.1:" + port + ": cannot connect");
  }

  @Test
  void refusesWrongConfigurationNamingTheKey() {
    assertThat(
            Attempt.with("{'url': 'http://host', 'topic': 'a'}")
                .failure(subscribe, json("null"))
                .message())
        .isEqualTo(
            "mqtt-subscribe: with.url: expected mqtt://host:port or mqtts://host:port,"
                + " found 'http://host'");
    assertThat(
            Attempt.with("{'url': '%s', 'topic': 'a/#/b'}", url())
                .failure(subscribe, json("null"))
                .message())
        .startsWith("mqtt-subscribe: with.topic: expected an MQTT topic filter, found 'a/#/b'");
    assertThat(
            Attempt.with("{'url': '%s', 'topic': 'a', 'qos': 3}", url())
                .failure(publish, json("1"))
                .message())
        .isEqualTo("mqtt-publish: with.qos: expected a whole number from 0 to 2, found 3");
    assertThat(
            Attempt.with(
                    "{'url': '%s', 'topic': 'a', 'username': 'u', 'password-env': 'NOT_SET_X'}",
                    url())
                .failure(publish, json("1"))
                .message())
        .isEqualTo(
            "mqtt-publish: with.password-env: expected the name of an environment variable of the"
                + " worker, found 'NOT_SET_X', which is not set");
    assertThat(
            Attempt.with("{'url': '%s', 'topics': 'a'}", url())
                .failure(publish, json("1"))
                .message())
        .startsWith("mqtt-publish: with.topics: expected one of password-env, payload, qos,");
  }
}
