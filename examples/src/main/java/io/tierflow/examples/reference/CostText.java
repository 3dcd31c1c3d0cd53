package io.tierflow.examples.reference;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Simulated costs as the reference flow writes them: {@code 100ms} or {@code 1.5s}. */
final class CostText {

  static final String EXPECTED = "a duration in ms or s such as 100ms or 1.5s";
  static final String FORM = "([0-9]{1,9}(?:\\.[0-9]{1,6})?)(ms|s)";

  private static final Pattern PATTERN = Pattern.compile(FORM);

  private CostText() {}

  /** The duration, or empty if the text is none. */
  static Optional<Duration> parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    return matcher.matches() ? Optional.of(duration(matcher)) : Optional.empty();
  }

  /** Replaces every duration in the text by its multiple, of at least 1 ms. */
  static String scale(String text, double factor) {
    return PATTERN
        .matcher(text)
        .replaceAll(
            found -> Math.max(1, Math.round(duration(found).toNanos() / 1e6 * factor)) + "ms");
  }

  private static Duration duration(MatchResult match) {
    BigDecimal unit = BigDecimal.valueOf(match.group(2).equals("s") ? 1_000_000_000 : 1_000_000);
    return Duration.ofNanos(
        new BigDecimal(match.group(1))
            .multiply(unit)
            .setScale(0, RoundingMode.HALF_UP)
            .longValueExact());
  }
}
