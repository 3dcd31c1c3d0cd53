package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * {@code mqtt-publish}: publishes its input as JSON and returns it. It has succeeded when the
 * broker has acknowledged the message; a repeated attempt publishes again. Thread-safe.
 *
 * <p>{@code with}:
 *
 * <ul>
 *   <li>{@code url} (required, a template): {@code mqtt://host:port} or {@code mqtts://host:port}
 *   <li>{@code topic} (required, a template): the topic; values put in after its beginning must be
 *       one level
 *   <li>{@code payload}: {@code json}, or {@code text} for an input that is a text, sent without
 *       quotes; default json
 *   <li>{@code retain}: whether the broker keeps the message for later subscribers; default false
 *   <li>{@code qos}: 0, 1 or 2; default 1
 *   <li>{@code timeout}: for the acknowledgement; default 10s
 *   <li>{@code tries}: how often in all a connection is tried within one attempt, 1 to 10; default
 *       3
 *   <li>{@code try-again-after}: the wait before the second try; it doubles up to ten times as
 *       much, each up to half longer or shorter; default 200ms
 *   <li>{@code username}, {@code password-env}: the user, and the environment variable that holds
 *       the password
 * </ul>
 *
 * <p>A broker that is out of reach or does not acknowledge is HANDLER_ERROR.
 */
public final class MqttPublishHandler implements StageHandler<JsonNode, JsonNode> {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** What the message's bytes are. */
  private enum Form {
    JSON,
    TEXT
  }

  /** For the service loader. */
  public MqttPublishHandler() {}

  @Override
  public String name() {
    return "mqtt-publish";
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
            "payload",
            "retain",
            "qos",
            "timeout",
            "tries",
            "try-again-after",
            "username",
            "password-env");
    Template template = new Template(config, context, input);
    String url = template.render("url", value -> value);
    String topic = topic(config, template);
    MqttSettings settings = MqttSettings.of(name(), config, url, DEFAULT_TIMEOUT);
    byte[] payload = payload(config.choice("payload", Form.JSON), input);
    boolean retain = config.flag("retain", false);
    try (MqttSession session = MqttSession.open(settings, config, context)) {
      session.publish(topic, payload, retain);
    }
    return input;
  }

  private static String topic(HandlerConfig config, Template template) throws StageException {
    String topic =
        template.render(
            "topic",
            value -> {
              if (value.isEmpty() || value.contains("/")) {
                throw config.wrong("topic", "placeholders of one level each", "'" + value + "'");
              }
              return value;
            });
    try {
      return MqttTopic.of(topic).toString();
    } catch (IllegalArgumentException e) {
      throw config.wrong("topic", "an MQTT topic", "'" + topic + "': " + e.getMessage());
    }
  }

  private byte[] payload(Form form, JsonNode input) throws StageException {
    if (form == Form.JSON) {
      return Json.bytes(input);
    }
    if (!input.isTextual()) {
      throw StageException.invalidInput(
          "%s: input: expected a text (with.payload is text), found %s"
              .formatted(name(), input.getNodeType()));
    }
    return input.textValue().getBytes(StandardCharsets.UTF_8);
  }
}
