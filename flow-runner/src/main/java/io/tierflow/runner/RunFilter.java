package io.tierflow.runner;

import java.util.Optional;

/**
 * Which runs to list.
 *
 * @param flow only of this flow
 * @param state only in this state
 * @param cursor the {@code nextCursor} of the part before
 * @param limit how many at most, 1 to 1000
 */
public record RunFilter(
    Optional<String> flow, Optional<String> state, Optional<String> cursor, int limit) {}
