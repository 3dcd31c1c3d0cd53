package io.tierflow.client;

import java.time.Duration;
import java.util.Optional;

/**
 * Which missing completions to list. Immutable.
 *
 * @param flow only of this flow
 * @param reason only for this reason, for example {@code NO_WORKERS}
 * @param resourceClass only of tasks of this class
 * @param cursor the {@link Page#nextCursor()} of the part before
 * @param limit how many at most, 1 to 1000
 * @param cleared also what has cleared for at most so long, up to 5 minutes; empty for none of it
 */
public record MissingQuery(
    Optional<String> flow,
    Optional<String> reason,
    Optional<String> resourceClass,
    Optional<String> cursor,
    int limit,
    Optional<Duration> cleared) {

  /** How many a part of the list has when nothing is said. */
  public static final int DEFAULT_LIMIT = 100;

  /** Checks the limit. */
  public MissingQuery {
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("limit: expected 1 to 1000, found " + limit);
    }
  }

  /** The newest of all flows. */
  public static MissingQuery all() {
    return new MissingQuery(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        DEFAULT_LIMIT,
        Optional.empty());
  }

  /** The same, of this flow only. */
  public MissingQuery ofFlow(String name) {
    return new MissingQuery(Optional.of(name), reason, resourceClass, cursor, limit, cleared);
  }

  /** The same, for this reason only. */
  public MissingQuery becauseOf(String why) {
    return new MissingQuery(flow, Optional.of(why), resourceClass, cursor, limit, cleared);
  }

  /** The same, of tasks of this class only. */
  public MissingQuery on(String name) {
    return new MissingQuery(flow, reason, Optional.of(name), cursor, limit, cleared);
  }

  /** The same, from this cursor on. */
  public MissingQuery from(String nextCursor) {
    return new MissingQuery(flow, reason, resourceClass, Optional.of(nextCursor), limit, cleared);
  }

  /** The same, at most this many. */
  public MissingQuery atMost(int count) {
    return new MissingQuery(flow, reason, resourceClass, cursor, count, cleared);
  }

  /** The same, with what has cleared for at most so long. */
  public MissingQuery withCleared(Duration forAtMost) {
    return new MissingQuery(flow, reason, resourceClass, cursor, limit, Optional.of(forAtMost));
  }
}
