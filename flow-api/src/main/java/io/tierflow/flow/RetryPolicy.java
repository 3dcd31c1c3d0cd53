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
 * @param jitter the share of a wait, from 0 to 1, by which it may be shorter, so that tasks that
 *     failed together do not come back together; by how much follows from task and attempt; default
 *     0.5
 * @param notOn failure kinds that are never tried again; {@code INVALID_INPUT}, {@code
 *     UNKNOWN_HANDLER}, {@code UNDECODABLE} and {@code CANCELLED} are always among them
 */
public record RetryPolicy(
    int attempts,
    Duration firstBackoff,
    Duration maxBackoff,
    double jitter,
    Set<FailureKind> notOn) {

  private static final Set<FailureKind> NEVER =
      Set.of(
          FailureKind.INVALID_INPUT,
          FailureKind.UNKNOWN_HANDLER,
          FailureKind.UNDECODABLE,
          FailureKind.CANCELLED);

  /** One attempt only: the default of a stage that names no policy. */
  public static final RetryPolicy NONE =
      new RetryPolicy(1, Duration.ofSeconds(1), Duration.ofSeconds(60), 0.5, Set.of());

  /**
   * Checks the numbers and adds the kinds that are never tried again.
   *
   * @throws IllegalArgumentException if attempts is below 1, a backoff is negative or inverted, or
   *     the jitter is no share
   */
  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts: expected 1 or more, found " + attempts);
    }
    if (firstBackoff.isNegative() || maxBackoff.compareTo(firstBackoff) < 0) {
      throw new IllegalArgumentException(
          "backoff: expected 0 <= first <= max, found " + firstBackoff + ".." + maxBackoff);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter: expected a number from 0 to 1, found " + jitter);
    }
    EnumSet<FailureKind> all = EnumSet.copyOf(NEVER);
    all.addAll(notOn);
    notOn = Set.copyOf(all);
  }

  /** This many attempts, with waits of 1 s doubling up to 60 s, each up to half shorter. */
  public static RetryPolicy attempts(int attempts) {
    return new RetryPolicy(attempts, NONE.firstBackoff, NONE.maxBackoff, NONE.jitter, Set.of());
  }

  /** The same policy with other waits. */
  public RetryPolicy backoff(Duration first, Duration max) {
    return new RetryPolicy(attempts, first, max, jitter, notOn);
  }

  /** The same policy with waits that may be shorter by this share of them. */
  public RetryPolicy jitter(double share) {
    return new RetryPolicy(attempts, firstBackoff, maxBackoff, share, notOn);
  }

  /** The same policy, not trying again on these kinds. */
  public RetryPolicy notOn(FailureKind... kinds) {
    return new RetryPolicy(attempts, firstBackoff, maxBackoff, jitter, Set.of(kinds));
  }
}
