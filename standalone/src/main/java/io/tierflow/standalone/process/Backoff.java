package io.tierflow.standalone.process;

import java.time.Duration;

/**
 * How long to wait before a child that died is started again: {@code first}, then twice as long
 * each time, at most {@code longest}. A child that stayed up for {@code healthy} begins anew.
 *
 * @param first the first wait
 * @param longest the longest wait
 * @param healthy how long a child must stay up until its deaths are forgotten
 */
public record Backoff(Duration first, Duration longest, Duration healthy) {

  private static final int MOST_DOUBLINGS = 20;

  /** 0.5 s to 15 s, forgotten after a minute. */
  public static Backoff ofDefaults() {
    return new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15), Duration.ofMinutes(1));
  }

  /** The wait after {@code deaths} deaths in a row (1 or more). */
  Duration after(int deaths) {
    Duration wait = first.multipliedBy(1L << Math.min(deaths - 1, MOST_DOUBLINGS));
    return wait.compareTo(longest) > 0 ? longest : wait;
  }
}
