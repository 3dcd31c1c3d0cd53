package io.tierflow.client;

import java.util.Optional;

/**
 * Which runs to list. Immutable.
 *
 * @param flow only of this flow
 * @param status only in this state
 * @param cursor the {@link Page#nextCursor()} of the part before
 * @param limit how many at most, 1 to 1000
 */
public record RunQuery(
    Optional<String> flow, Optional<String> status, Optional<String> cursor, int limit) {

  /** How many runs a part of the list has when nothing is said. */
  public static final int DEFAULT_LIMIT = 100;

  /** Checks the limit. */
  public RunQuery {
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("limit: expected 1 to 1000, found " + limit);
    }
  }

  /** The newest runs of every flow. */
  public static RunQuery all() {
    return new RunQuery(Optional.empty(), Optional.empty(), Optional.empty(), DEFAULT_LIMIT);
  }

  /** The same, of this flow only. */
  public RunQuery ofFlow(String name) {
    return new RunQuery(Optional.of(name), status, cursor, limit);
  }

  /** The same, in this state only, for example {@code RUNNING}. */
  public RunQuery in(String state) {
    return new RunQuery(flow, Optional.of(state), cursor, limit);
  }

  /** The same, from this cursor on. */
  public RunQuery from(String nextCursor) {
    return new RunQuery(flow, status, Optional.of(nextCursor), limit);
  }

  /** The same, at most this many. */
  public RunQuery atMost(int count) {
    return new RunQuery(flow, status, cursor, count);
  }
}
