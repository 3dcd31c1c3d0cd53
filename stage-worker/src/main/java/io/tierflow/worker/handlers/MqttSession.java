package io.tierflow.worker.handlers;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAck;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One connection to a broker for one attempt (MQTT 3.1.1, clean session). */
final class MqttSession implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final MqttSettings settings;
  private final Mqtt3AsyncClient client;
  private final CountDownLatch lost = new CountDownLatch(1);
  private final CompletableFuture<Mqtt3ConnAck> connected;

  private MqttSession(MqttSettings settings) {
    this.settings = settings;
    Mqtt3ClientBuilder builder =
        MqttClient.builder()
            .useMqttVersion3()
            .identifier("tierflow-" + UUID.randomUUID())
            .serverHost(settings.url().getHost())
            .serverPort(settings.port())
            .addDisconnectedListener(context -> lost.countDown());
    if (settings.tls()) {
      builder = builder.sslWithDefaultConfig();
    }
    client = builder.buildAsync();
    connected = connect();
  }

  /** Connects, or fails as HANDLER_ERROR naming the broker. */
  static MqttSession open(MqttSettings settings) throws StageException, InterruptedException {
    MqttSession session = new MqttSession(settings);
    boolean open = false;
    try {
      session.await(session.connected, "cannot connect", CONNECT_TIMEOUT);
      open = true;
      return session;
    } finally {
      if (!open) {
        session.close();
      }
    }
  }

  /** Hands on every message of a topic filter, those the broker has retained included. */
  void subscribe(String filter, Consumer<Mqtt3Publish> consumer)
      throws StageException, InterruptedException {
    // Before the subscription, so that retained messages that come with it are not missed.
    client.publishes(MqttGlobalPublishFilter.ALL, consumer);
    await(
        client.subscribeWith().topicFilter(filter).qos(settings.qos()).send(),
        "cannot subscribe to '" + filter + "'",
        CONNECT_TIMEOUT);
  }

  /** Publishes one message and waits until the broker has it, as far as the quality says. */
  void publish(String topic, byte[] payload, boolean retain)
      throws StageException, InterruptedException {
    await(
        client
            .publishWith()
            .topic(topic)
            .qos(settings.qos())
            .retain(retain)
            .payload(payload)
            .send(),
        "cannot publish to '" + topic + "'",
        settings.timeout());
  }

  /** Whether the connection has ended. */
  boolean isLost() {
    return lost.getCount() == 0;
  }

  @Override
  public void close() {
    // A connection that was given up may still come about: it too is ended.
    CompletableFuture<Void> ended = connected.thenCompose(ack -> client.disconnect());
    ended.exceptionally(
        error -> {
          // Nothing to end: never connected, or lost; the attempt's outcome already says so.
          return null;
        });
  }

  private CompletableFuture<Mqtt3ConnAck> connect() {
    if (settings.username().isEmpty()) {
      return client.connectWith().cleanSession(true).send();
    }
    Mqtt3SimpleAuthBuilder.Complete auth =
        Mqtt3SimpleAuth.builder().username(settings.username().get());
    if (settings.password().isPresent()) {
      auth = auth.password(settings.password().get());
    }
    return client.connectWith().cleanSession(true).simpleAuth(auth.build()).send();
  }

  private <T> void await(CompletableFuture<T> future, String problem, Duration limit)
      throws StageException, InterruptedException {
    try {
      future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      String waited = "no answer within " + DurationValue.show(limit);
      throw failure(problem + ": " + waited, e);
    } catch (ExecutionException e) {
      throw failure(problem + ": " + e.getCause().getMessage(), e.getCause());
    }
  }

  private StageException failure(String problem, Throwable cause) {
    return new StageException(FailureKind.HANDLER_ERROR, settings.where() + ": " + problem, cause);
  }
}
