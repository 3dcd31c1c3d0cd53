package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * {@code mqtt-subscribe}: waits for the next messages on a topic filter and returns {@code {topic,
 * payload}}, or the list of them if more than one is asked for. A message that the broker has
 * retained counts and comes at once. Thread-safe; an interrupt ends the wait.
 *
 * <p>{@code with}:
 *
 * <ul>
 *   <li>{@code url} (required, a template): {@code mqtt://host:port} or {@code mqtts://host:port}
 *   <li>{@code topic} (required): a topic filter, wildcards allowed
 *   <li>{@code count}: how many messages; default 1
 *   <li>{@code payload}: {@code auto} (JSON if it parses, else the text), {@code json}, {@code
 *       text} or {@code base64}; default auto
 *   <li>{@code qos}: 0, 1 or 2; default 1
 *   <li>{@code timeout}: for all the messages, once subscribed; default 30s
 *   <li>{@code tries}, {@code try-again-after}: of the connection, as {@link MqttPublishHandler}
 *   <li>{@code username}, {@code password-env}: the user, and the environment variable that holds
 *       the password
 * </ul>
 *
 * <p>The session is clean: messages sent while no attempt is subscribed are not seen unless
 * retained. A broker out of reach, a lost connection and a timeout are HANDLER_ERROR.
 */
public final class MqttSubscribeHandler implements StageHandler<JsonNode, JsonNode> {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LOOK_UP = Duration.ofMillis(200);
  private static final int MAX_COUNT = 100_000;

  /** How a payload becomes JSON. */
  private enum Form {
    AUTO,
    JSON,
    TEXT,
    BASE64
  }

  private final InstantSource clock;

  /** For the service loader; waits by the system's clock. */
  public MqttSubscribeHandler() {
    this(InstantSource.system());
  }

  MqttSubscribeHandler(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public String name() {
    return "mqtt-subscribe";
  }

  @Override
  public JsonNode handle(JsonNode input, StageContext context)
      throws StageException, InterruptedException {
    HandlerConfig config =
        HandlerConfig.of(
            name(),
            context,
            "url",
            "topic",
            "count",
            "payload",
            "qos",
            "timeout",
            "tries",
            "try-again-after",
            "username",
            "password-env");
    String url = new Template(config, context, input).render("url", value -> value);
    MqttSettings settings = MqttSettings.of(name(), config, url, DEFAULT_TIMEOUT);
    int count = config.integer("count", 1, 1, MAX_COUNT);
    Form form = config.choice("payload", Form.AUTO);
    String filter = filter(config);
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    BlockingQueue<Mqtt3Publish> arrived = new LinkedBlockingQueue<>();
    try (MqttSession session = MqttSession.open(settings, config, context)) {
      session.subscribe(filter, arrived::add);
      Wait wait = new Wait(session, settings, filter, count);
      while (messages.size() < count) {
        context.progress(
            (double) messages.size() / count,
            "%d of %d messages".formatted(messages.size(), count));
        messages.add(message(settings, wait.next(arrived, messages.size()), form));
      }
    }
    return count == 1 ? messages.get(0) : messages;
  }

  private static String filter(HandlerConfig config) throws StageException {
    String topic = config.string("topic");
    try {
      return MqttTopicFilter.of(topic).toString();
    } catch (IllegalArgumentException e) {
      throw config.wrong("topic", "an MQTT topic filter", "'" + topic + "': " + e.getMessage());
    }
  }

  private static ObjectNode message(MqttSettings settings, Mqtt3Publish publish, Form form)
      throws StageException {
    byte[] bytes = publish.getPayloadAsBytes();
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("topic", publish.getTopic().toString());
    try {
      message.set("payload", payload(bytes, form));
    } catch (IOException e) {
      throw new StageException(
          FailureKind.HANDLER_ERROR,
          "%s: message on '%s': expected %s, found %s"
              .formatted(
                  settings.where(),
                  publish.getTopic(),
                  form == Form.JSON ? "JSON" : "UTF-8 text (else set with.payload to base64)",
                  "'" + Excerpt.line(bytes) + "'"),
          e);
    }
    return message;
  }

  private static JsonNode payload(byte[] bytes, Form form) throws IOException {
    return switch (form) {
      case BASE64 -> TextNode.valueOf(Base64.getEncoder().encodeToString(bytes));
      case JSON -> Json.parse(bytes);
      case TEXT -> TextNode.valueOf(utf8(bytes));
      case AUTO -> jsonOrText(bytes);
    };
  }

  private static JsonNode jsonOrText(byte[] bytes) throws IOException {
    String text = utf8(bytes);
    try {
      return bytes.length == 0 ? TextNode.valueOf(text) : Json.parse(bytes);
    } catch (IOException e) {
      // That it is no JSON is the answer here.
      return TextNode.valueOf(text);
    }
  }

  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  /** Waits for one message after the other, all within one timeout. */
  private final class Wait {

    private final MqttSession session;
    private final MqttSettings settings;
    private final String filter;
    private final int count;
    private final Instant deadline;

    Wait(MqttSession session, MqttSettings settings, String filter, int count) {
      this.session = session;
      this.settings = settings;
      this.filter = filter;
      this.count = count;
      this.deadline = clock.instant().plus(settings.timeout());
    }

    Mqtt3Publish next(BlockingQueue<Mqtt3Publish> arrived, int have)
        throws StageException, InterruptedException {
      while (true) {
        Duration left = Duration.between(clock.instant(), deadline);
        Duration step = left.compareTo(LOOK_UP) < 0 ? left : LOOK_UP;
        Mqtt3Publish next = arrived.poll(Math.max(0, step.toNanos()), TimeUnit.NANOSECONDS);
        if (next != null) {
          return next;
        }
        if (session.isLost()) {
          throw failure("connection lost", have);
        }
        if (left.isNegative() || left.isZero()) {
          throw failure("timeout of " + DurationValue.show(settings.timeout()), have);
        }
      }
    }

    private StageException failure(String reason, int have) {
      return new StageException(
          Failure.of(
              FailureKind.HANDLER_ERROR,
              "%s: topic '%s': expected %d messages, found %d: %s"
                  .formatted(settings.where(), filter, count, have, reason)));
    }
  }
}
