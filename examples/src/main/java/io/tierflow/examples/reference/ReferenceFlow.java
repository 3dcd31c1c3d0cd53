package io.tierflow.examples.reference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of the reference flow, {@code flows/weather-service.yaml}, and the few edits it needs.
 * Immutable; every edit gives another text.
 *
 * @param text the flow file
 */
public record ReferenceFlow(String text) {

  /** The flow's name as the file gives it. */
  public static final String NAME = "weather-service";

  /** The one stage that is moved between the tiers. */
  public static final String CORE_STAGE = "core-logic";

  private static final String FILE = "/flows/weather-service.yaml";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([a-z]+)}");
  private static final Pattern COST = Pattern.compile("\\bcost: (\\{[^}]*}|\\S+)|\\btakes=[^\"]+");
  private static final Pattern CORE_CLASS =
      Pattern.compile("(stage: " + CORE_STAGE + "\\n(?:(?!stage:)[\\s\\S])*?class: )([a-z0-9-]+)");

  /** Checks that nothing is null. */
  public ReferenceFlow {
    Objects.requireNonNull(text, "text");
  }

  /** The flow as it ships: at 1:10 speed, core logic on class small, addresses not filled in. */
  public static ReferenceFlow load() {
    try (InputStream in = ReferenceFlow.class.getResourceAsStream(FILE)) {
      return new ReferenceFlow(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FILE + " from the class path", e);
    }
  }

  /**
   * Fills in the placeholders.
   *
   * @throws IllegalArgumentException if the text has a placeholder without a value
   */
  public ReferenceFlow fill(Map<String, String> values) {
    return new ReferenceFlow(
        body(
            PLACEHOLDER,
            found -> {
              String value = values.get(found.group(1));
              if (value == null) {
                throw new IllegalArgumentException(
                    "%s: ${%s}: expected a value, found only %s"
                        .formatted(FILE, found.group(1), values.keySet()));
              }
              return value;
            }));
  }

  /** The same flow under another name. */
  public ReferenceFlow named(String name) {
    return new ReferenceFlow(text.replaceFirst("(?m)^flow: .*$", "flow: " + name));
  }

  /** The same flow with core logic on another class: one word changes. */
  public ReferenceFlow coreOn(String resourceClass) {
    Matcher matcher = CORE_CLASS.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException(FILE + ": expected a class under stage " + CORE_STAGE);
    }
    return new ReferenceFlow(
        text.substring(0, matcher.start(2)) + resourceClass + text.substring(matcher.end(2)));
  }

  /**
   * The same flow with every simulated cost multiplied, to no less than 1 ms each.
   *
   * @param factor 1 for the speed of the file, 10 for the full size, 0.01 for tests
   */
  public ReferenceFlow scaled(double factor) {
    if (factor == 1) {
      return this;
    }
    return new ReferenceFlow(body(COST, found -> CostText.scale(found.group(), factor)));
  }

  /**
   * What each stage costs by declaration at the speed of the file, by its pipeline's name, a slash
   * and its own name.
   *
   * @param coreClass small or large
   */
  public static Map<String, Duration> costs(String coreClass) {
    Map<String, Duration> costs = new HashMap<>();
    costs.put("http-source/fetch", Duration.ofMillis(500));
    costs.put("http-source/store", Duration.ofMillis(1500));
    costs.put("mqtt-source/receive", Duration.ofMillis(100));
    costs.put("mqtt-source/store", Duration.ofMillis(500));
    costs.put("report/" + CORE_STAGE, Duration.ofMillis(coreClass.equals("large") ? 1500 : 6000));
    costs.put("report/send-a", Duration.ofMillis(100));
    costs.put("report/store", Duration.ofMillis(100));
    costs.put("report/send-b", Duration.ofMillis(100));
    return Map.copyOf(costs);
  }

  /** Replaces in what is not a comment: the head of the file speaks of the placeholders. */
  private String body(Pattern pattern, Function<MatchResult, String> replacement) {
    int start = text.indexOf("\nflow: ") + 1;
    return text.substring(0, start)
        + pattern
            .matcher(text.substring(start))
            .replaceAll(found -> Matcher.quoteReplacement(replacement.apply(found)));
  }
}
