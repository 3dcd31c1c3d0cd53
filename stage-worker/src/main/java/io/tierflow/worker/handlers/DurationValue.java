package io.tierflow.worker.handlers;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as flow files write them: one number with its unit. */
final class DurationValue {

  static final String EXPECTED = "a duration such as 500ms, 1.5s, 10m or 2h";

  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|s|m|h|d)");

  private DurationValue() {}

  /** The duration, or empty if the text is none. */
  static Optional<Duration> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Duration unit =
        switch (matcher.group(2)) {
          case "d" -> Duration.ofDays(1);
          case "h" -> Duration.ofHours(1);
          case "m" -> Duration.ofMinutes(1);
          case "s" -> Duration.ofSeconds(1);
          default -> Duration.ofMillis(1);
        };
    BigDecimal nanos =
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit.toNanos()));
    BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000));
    return Optional.of(Duration.ofSeconds(parts[0].longValue(), parts[1].longValue()));
  }

  /** The duration as a person writes it: {@code 500ms}, {@code 1.5s}. */
  static String show(Duration duration) {
    if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
      return duration.toMillis() + "ms";
    }
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + "s";
  }
}
