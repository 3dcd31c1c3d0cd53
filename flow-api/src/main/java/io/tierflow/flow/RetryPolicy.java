package io.tierflow.flow;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * How often and how soon a failed stage is tried again.
 *
 * @param attempts all attempts, the first included; at least 1
 * @param firstBackoff the wait before the second attempt
 * @param maxBackoff the cap of the wait, which doubles from attempt to attempt
 * @param notOn failure kinds that are never tried again; {@code INVALID_INPUT}, {@code
 *     UNKNOWN_HANDLER}, {@code UNDECODABLE} and {@code CANCELLED} are always among them
 */
public record RetryPolicy(
    int attempts, Duration firstBackoff, Duration maxBackoff, Set<FailureKind> notOn) {

  private static final Set<FailureKind> NEVER =
      Set.of(
          FailureKind.INVALID_INPUT,
          FailureKind.UNKNOWN_HANDLER,
          FailureKind.UNDECODABLE,
          FailureKind.CANCELLED);

  /** One attempt only: the default of a stage that names no policy. */
  public static final RetryPolicy NONE =
      new RetryPolicy(1, Duration.ofSeconds(1), Duration.ofSeconds(60), Set.of());

  /**
   * Checks the numbers and adds the kinds that are never tried again.
   *
   * @throws IllegalArgumentException if attempts is below 1 or a backoff is negative or inverted
   */
  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts: expected 1 or more, found " + attempts);
    }
    if (firstBackoff.isNegative() || maxBackoff.compareTo(firstBackoff) < 0) {
      throw new IllegalArgumentException(
          "backoff: expected 0 <= first <= max, found " + firstBackoff + ".." + maxBackoff);
    }
    EnumSet<FailureKind> all = EnumSet.copyOf(NEVER);
    all.addAll(notOn);
    notOn = Set.copyOf(all);
  }

  /** This many attempts, with waits of 1 s doubling up to 60 s. */
  public static RetryPolicy attempts(int attempts) {
    return new RetryPolicy(attempts, NONE.firstBackoff, NONE.maxBackoff, Set.of());
  }

  /** The same policy with other waits. */
  public RetryPolicy backoff(Duration first, Duration max) {
    return new RetryPolicy(attempts, first, max, notOn);
  }

  /** The same policy, not trying again on these kinds. */
  public RetryPolicy notOn(FailureKind... kinds) {
    return new RetryPolicy(attempts, firstBackoff, maxBackoff, Set.of(kinds));
  }
}
