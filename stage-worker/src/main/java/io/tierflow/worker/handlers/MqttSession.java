package io.tierflow.worker.handlers;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAck;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.github.resilience4j.retry.RetryConfig;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
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

  /**
   * Connects, or fails as HANDLER_ERROR naming the broker. A broker that cannot be reached is tried
   * again, as {@code tries} says; one that refuses is not.
   */
  static MqttSession open(MqttSettings settings, HandlerConfig config, StageContext context)
      throws StageException, InterruptedException {
    Tries tries = Tries.of(config, CONNECT_TIMEOUT);
    RetryConfig again =
        tries
            .<MqttSession>config()
            .retryOnException(ConnectionFailedException.class::isInstance)
            .build();
    AtomicReference<MqttSession> latest = new AtomicReference<>();
    boolean open = false;
    RepeatedCall<MqttSession> call =
        new RepeatedCall<>(settings.handler(), context, again, () -> connect(settings, latest));
    try {
      MqttSession session = await(settings, call::await, "cannot connect", tries.limit());
      open = true;
      return session;
    } finally {
      call.close();
      if (!open && latest.get() != null) {
        latest.get().close();
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

  private static CompletableFuture<MqttSession> connect(
      MqttSettings settings, AtomicReference<MqttSession> latest) {
    MqttSession session = new MqttSession(settings);
    latest.set(session);
    return session.connected.thenApply(ack -> session);
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

  /** What comes within a time. */
  @FunctionalInterface
  private interface Awaited<T> {
    T get(Duration limit) throws InterruptedException, ExecutionException, TimeoutException;
  }

  private <T> void await(CompletableFuture<T> future, String problem, Duration limit)
      throws StageException, InterruptedException {
    var unused =
        await(settings, most -> future.get(most.toNanos(), TimeUnit.NANOSECONDS), problem, limit);
  }

  private static <T> T await(
      MqttSettings settings, Awaited<T> awaited, String problem, Duration limit)
      throws StageException, InterruptedException {
    try {
      return awaited.get(limit);
    } catch (TimeoutException e) {
      String waited = "no answer within " + DurationValue.show(limit);
      throw failure(settings, problem + ": " + waited, e);
    } catch (ExecutionException e) {
      throw failure(settings, problem + ": " + e.getCause().getMessage(), e.getCause());
    }
  }

  private static StageException failure(MqttSettings settings, String problem, Throwable cause) {
    return new StageException(FailureKind.HANDLER_ERROR, settings.where() + ": " + problem, cause);
  }
}
