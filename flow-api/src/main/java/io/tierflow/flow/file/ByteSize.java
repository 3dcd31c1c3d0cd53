package io.tierflow.flow.file;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 512m}, {@code 4g}, {@code 65536}, {@code 64k}. */
public final class ByteSize {

  /** What {@link #parse} takes, for messages. */
  public static final String EXPECTED = "a size such as 512m or 4g";

  private static final Pattern TEXT = Pattern.compile("(\\d{1,12})([kmgt]?)(i?b)?");
  private static final String UNITS = "kmgt";

  private ByteSize() {}

  /**
   * The bytes of a text; units are powers of 1024.
   *
   * @throws IllegalArgumentException if it is not a size; the message says what was expected
   */
  public static long parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "': expected " + EXPECTED);
    }
    long number = Long.parseLong(matcher.group(1));
    int power = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
    try {
      return Math.multiplyExact(number, 1L << (10 * power));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "': expected less than 8388608t", e);
    }
  }

  /** The shortest text that is exact: {@code 512m}. */
  public static String text(long bytes) {
    long number = bytes;
    int power = 0;
    while (power < UNITS.length() && number > 0 && number % 1024 == 0) {
      number /= 1024;
      power++;
    }
    return power == 0 ? Long.toString(number) : number + UNITS.substring(power - 1, power);
  }
}
