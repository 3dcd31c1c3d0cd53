package io.tierflow.runner;

import io.tierflow.client.MissingCompletion;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which missing completions to list.
 *
 * @param flow only of this flow
 * @param reason only for this reason
 * @param resourceClass only of tasks of this class
 * @param cursor the {@code nextCursor} of the part before
 * @param limit how many at most, 1 to 1000
 * @param cleared also what has cleared for at most so long; empty for none of it
 */
public record MissingFilter(
    Optional<String> flow,
    Optional<String> reason,
    Optional<String> resourceClass,
    Optional<String> cursor,
    int limit,
    Optional<Duration> cleared) {

  /** All of them, up to the largest part. */
  public static MissingFilter all() {
    return new MissingFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1000,
        Optional.empty());
  }

  /** The same, with what has cleared for at most so long. */
  public MissingFilter withCleared(Duration most) {
    return new MissingFilter(flow, reason, resourceClass, cursor, limit, Optional.of(most));
  }

  /** Whether this one is meant, the cursor aside. */
  public boolean wants(MissingCompletion missing) {
    return flow.filter(wanted -> !wanted.equals(missing.flow())).isEmpty()
        && reason.filter(wanted -> !wanted.equals(missing.reason())).isEmpty()
        && resourceClass.filter(wanted -> !wanted.equals(missing.resourceClass())).isEmpty();
  }

  /** Whether this one stands, or has not cleared for longer than is asked for. */
  public boolean reaches(MissingCompletion missing, Instant now) {
    return missing.clearedAt() == null
        || cleared.filter(most -> !missing.clearedAt().plus(most).isBefore(now)).isPresent();
  }
}
