package io.tierflow.client;

import java.util.List;

/**
 * A part of a list.
 *
 * @param nextCursor where the next part begins; null at the end
 */
public record Page<T>(List<T> items, String nextCursor) {

  /** Copies the list. */
  public Page {
    items = List.copyOf(items);
  }
}
