package io.tierflow.runner.turns;

/**
 * What the live workers of a lane offer.
 *
 * @param slots how many they have
 * @param free whether one of them has nothing to do
 */
public record Offer(int slots, boolean free) {

  /** Nobody is known to work the lane, so who does is not counted: nothing waits for it. */
  public static final Offer UNCOUNTED = new Offer(Integer.MAX_VALUE / 8, true);

  /** It is not known yet who works the lane. */
  public static final Offer UNKNOWN = new Offer(0, false);
}
