package io.tierflow.client;

/**
 * How far a for-each stage is: its elements by state.
 *
 * @param heldFor why no more of them are begun though more might be out, PAUSE, TURN or RATE; null
 *     if nothing keeps them back
 */
public record ElementsView(int total, int dispatched, int succeeded, int failed, String heldFor) {

  /** Of one that nothing keeps back. */
  public ElementsView(int total, int dispatched, int succeeded, int failed) {
    this(total, dispatched, succeeded, failed, null);
  }
}
