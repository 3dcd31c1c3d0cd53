package io.tierflow.flow.file;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them in flow files: {@code 500ms}, {@code 1.5s}, {@code 1m30s}. */
public final class DurationText {

  /** What a duration looks like: days, hours, minutes, seconds, milliseconds, in that order. */
  public static final String PATTERN =
      "(?=[0-9])([0-9]{1,9}(\\.[0-9]{1,9})?d)?([0-9]{1,9}(\\.[0-9]{1,9})?h)?"
          + "([0-9]{1,9}(\\.[0-9]{1,9})?m(?!s))?([0-9]{1,9}(\\.[0-9]{1,9})?s)?"
          + "([0-9]{1,9}(\\.[0-9]{1,9})?ms)?";

  /** The longest duration that is taken: about ten years. */
  public static final Duration MAX = Duration.ofDays(3660);

  private static final Pattern WHOLE = Pattern.compile(PATTERN);
  private static final Pattern PART = Pattern.compile("([0-9.]+)(ms|[dhms])");
  private static final BigDecimal MAX_NANOS = new BigDecimal(MAX.toSeconds()).movePointRight(9);

  private DurationText() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if it is not one, or longer than {@link #MAX}; the message
   *     says what was expected
   */
  public static Duration parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException("a duration such as 500ms, 1.5s, 10m, 2h or 1d");
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(nanosPer(part.group(2))));
    }
    if (nanos.compareTo(MAX_NANOS) > 0) {
      throw new IllegalArgumentException("a duration of at most " + format(MAX));
    }
    BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000));
    return Duration.ofSeconds(parts[0].longValue(), parts[1].longValue());
  }

  /** Writes a duration that is not negative so that {@link #parse} gives it back. */
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    append(text, duration.toDaysPart(), "d");
    append(text, duration.toHoursPart(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    BigDecimal millis = BigDecimal.valueOf(duration.toNanosPart(), 6).stripTrailingZeros();
    return millis.signum() == 0
        ? text.toString()
        : text.append(millis.toPlainString()).append("ms").toString();
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount != 0) {
      text.append(amount).append(unit);
    }
  }

  private static BigDecimal nanosPer(String unit) {
    long nanos =
        switch (unit) {
          case "d" -> Duration.ofDays(1).toNanos();
          case "h" -> Duration.ofHours(1).toNanos();
          case "m" -> Duration.ofMinutes(1).toNanos();
          case "s" -> Duration.ofSeconds(1).toNanos();
          default -> Duration.ofMillis(1).toNanos();
        };
    return BigDecimal.valueOf(nanos);
  }
}
