package io.tierflow.runner.engine;

import java.time.Instant;

/**
 * Writes instants as {@link Instant#toString} does. Those of one minute share all but their
 * seconds, so most need no calendar: two of them are on the way of every reply. One thread owns it.
 */
final class InstantTexts {

  private static final int MINUTE = 60;
  private static final int NANOS_PER_MILLI = 1_000_000;

  private long minute = Long.MIN_VALUE; // since the epoch
  private String prefix = ""; // of that minute: up to the seconds

  String of(Instant instant) {
    int nanos = instant.getNano();
    if (nanos % NANOS_PER_MILLI != 0) {
      return instant.toString();
    }
    long second = instant.getEpochSecond();
    long its = Math.floorDiv(second, MINUTE);
    if (its != minute) {
      String whole = Instant.ofEpochSecond(its * MINUTE).toString(); // …T12:34:00Z
      prefix = whole.substring(0, whole.length() - "00Z".length());
      minute = its;
    }
    StringBuilder text = new StringBuilder(prefix.length() + "00.000Z".length()).append(prefix);
    digits(text, (int) Math.floorMod(second, (long) MINUTE), 2);
    if (nanos != 0) {
      digits(text.append('.'), nanos / NANOS_PER_MILLI, 3);
    }
    return text.append('Z').toString();
  }

  private static void digits(StringBuilder to, int number, int count) {
    for (int unit = count == 2 ? 10 : 100; unit > 0; unit /= 10) {
      to.append((char) ('0' + number / unit % 10));
    }
  }
}
