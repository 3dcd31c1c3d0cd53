package io.tierflow.wire;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes the wire codec that a configuration asks for. */
public final class WireCodecs {

  /** The registry's base URL, or several, separated by commas; none means no registry. */
  public static final String REGISTRY_URL = "schema.registry.url";

  /** Whether schemas a subject lacks are registered by whoever writes first. Default false. */
  public static final String AUTO_REGISTER = "auto.register.schemas";

  /** {@code user:password} for the registry's basic authentication; none means without. */
  public static final String USER_INFO = "basic.auth.user.info";

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private WireCodecs() {}

  /**
   * The codec for a configuration with Confluent's own names, all optional: {@value #REGISTRY_URL},
   * {@value #AUTO_REGISTER} and {@value #USER_INFO}. Other keys are ignored, so a client's whole
   * configuration may be given. Without a URL it is the {@link SingleObjectCodec}. The registry is
   * not contacted yet; it is given 10 s for each answer.
   *
   * @throws IllegalArgumentException if a value is not usable; the message names the key
   */
  public static WireCodec from(Map<String, ?> config) {
    return registry(config)
        .<WireCodec>map(
            registry ->
                new ConfluentWireCodec(new CachedSchemaRegistry(registry), autoRegister(config)))
        .orElseGet(SingleObjectCodec::new);
  }

  /**
   * The registry that a configuration names, as in {@link #from}; empty where it names none. It is
   * not contacted yet and remembers nothing.
   *
   * @throws IllegalArgumentException if a value is not usable; the message names the key
   */
  public static Optional<SchemaRegistry> registry(Map<String, ?> config) {
    List<String> urls =
        text(config, REGISTRY_URL).stream()
            .flatMap(list -> Arrays.stream(list.split(",")))
            .map(String::strip)
            .filter(url -> !url.isEmpty())
            .toList();
    return urls.isEmpty()
        ? Optional.empty()
        : Optional.of(new RestSchemaRegistry(urls, text(config, USER_INFO), TIMEOUT));
  }

  private static boolean autoRegister(Map<String, ?> config) {
    String value = text(config, AUTO_REGISTER).orElse("false").toLowerCase(Locale.ROOT);
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              AUTO_REGISTER + ": expected true or false, found " + value);
    };
  }

  private static Optional<String> text(Map<String, ?> config, String key) {
    return Optional.ofNullable(config.get(key))
        .map(value -> value.toString().strip())
        .filter(value -> !value.isEmpty());
  }
}
