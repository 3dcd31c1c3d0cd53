package io.tierflow.runner.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * So many per second. Immutable.
 *
 * @param perSecond more than 0
 */
record Rate(double perSecond) {

  private static final double MAX = 100_000;

  /** How long so many take at least. */
  Duration timeFor(long count) {
    return Duration.ofNanos((long) (count / perSecond * 1e9));
  }

  /** How many at once keep to the rate within a second: at least 1. */
  int atOnce(int most) {
    return (int) Math.max(1, Math.min(most, perSecond));
  }

  /** Reads {@code 20} or {@code 20/s}. */
  static final class Converter implements ITypeConverter<Rate> {

    @Override
    public Rate convert(String text) {
      String number = text.endsWith("/s") ? text.substring(0, text.length() - 2) : text;
      try {
        double value = Double.parseDouble(number);
        if (value > 0 && value <= MAX) {
          return new Rate(value);
        }
      } catch (NumberFormatException e) {
        // Refused below, like a number out of bounds.
      }
      throw new TypeConversionException(
          "found '" + text + "', expected a number per second, such as 20 or 0.5/s");
    }
  }
}
