package io.tierflow.client;

import java.util.Optional;

/**
 * Which dead letters to list. Immutable.
 *
 * @param selection only these
 * @param cursor the {@link Page#nextCursor()} of the part before
 * @param limit how many at most, 1 to 1000
 */
public record DeadLetterQuery(DeadLetterSelection selection, Optional<String> cursor, int limit) {

  /** How many a part has at most when nothing is said. */
  public static final int DEFAULT_LIMIT = 100;

  /** Checks the limit. */
  public DeadLetterQuery {
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("limit: expected 1 to 1000, found " + limit);
    }
  }

  /** The oldest of a selection. */
  public static DeadLetterQuery of(DeadLetterSelection selection) {
    return new DeadLetterQuery(selection, Optional.empty(), DEFAULT_LIMIT);
  }

  /** The same, from this cursor on. */
  public DeadLetterQuery from(String nextCursor) {
    return new DeadLetterQuery(selection, Optional.of(nextCursor), limit);
  }

  /** The same, at most this many. */
  public DeadLetterQuery atMost(int count) {
    return new DeadLetterQuery(selection, cursor, count);
  }
}
