package io.tierflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Priority;
import java.util.Optional;

/**
 * Which dead letters to send again, and how. Each call takes up to {@code limit} letters; the
 * {@link Page#nextCursor()} of its answer goes into the next. Immutable.
 *
 * @param selection only these
 * @param change what is sent differently than before
 * @param dryRun whether nothing is sent, and only told what would be
 * @param cursor the {@link Page#nextCursor()} of the part before
 * @param limit how many letters at most, 1 to 1000
 */
public record DeadLetterReplay(
    DeadLetterSelection selection,
    Change change,
    boolean dryRun,
    Optional<String> cursor,
    int limit) {

  /** Checks the limit. */
  public DeadLetterReplay {
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("limit: expected 1 to 1000, found " + limit);
    }
  }

  /** A selection, sent again as it was. */
  public static DeadLetterReplay of(DeadLetterSelection selection) {
    return new DeadLetterReplay(
        selection,
        new Change(Optional.empty(), Optional.empty()),
        false,
        Optional.empty(),
        DeadLetterQuery.DEFAULT_LIMIT);
  }

  /** The same, on this resource class. */
  public DeadLetterReplay onClass(String resourceClass) {
    Change changed = new Change(Optional.of(resourceClass), change.input(), change.priority());
    return new DeadLetterReplay(selection, changed, dryRun, cursor, limit);
  }

  /** The same, with this input for every replayed stage. */
  public DeadLetterReplay withInput(JsonNode input) {
    Change changed = new Change(change.resourceClass(), Optional.of(input), change.priority());
    return new DeadLetterReplay(selection, changed, dryRun, cursor, limit);
  }

  /** The same, as runs of this priority. */
  public DeadLetterReplay with(Priority priority) {
    Change changed = new Change(change.resourceClass(), change.input(), Optional.of(priority));
    return new DeadLetterReplay(selection, changed, dryRun, cursor, limit);
  }

  /** The same, without sending anything. */
  public DeadLetterReplay asDryRun() {
    return new DeadLetterReplay(selection, change, true, cursor, limit);
  }

  /** The same, from this cursor on. */
  public DeadLetterReplay from(String nextCursor) {
    return new DeadLetterReplay(selection, change, dryRun, Optional.of(nextCursor), limit);
  }

  /** The same, at most this many letters. */
  public DeadLetterReplay atMost(int count) {
    return new DeadLetterReplay(selection, change, dryRun, cursor, count);
  }

  /**
   * What is sent differently than before.
   *
   * @param resourceClass the class to send to; empty for the flow's
   * @param input the input of the replayed stages; empty for the input they had
   * @param priority of the new runs; empty for low, so that many of them hold up no other
   */
  public record Change(
      Optional<String> resourceClass, Optional<JsonNode> input, Optional<Priority> priority) {

    /** Runs of low priority. */
    public Change(Optional<String> resourceClass, Optional<JsonNode> input) {
      this(resourceClass, input, Optional.empty());
    }
  }
}
