package io.tierflow.runner.turns;

/**
 * How many tasks of a class may be out before some wait their turn: so many that no worker ever
 * waits for the runner, and hardly more, since what is in a topic cannot be overtaken.
 */
final class Window {

  /** Tasks of low priority: what is worked on and as much again, or half a second's work. */
  private static final double LOW_PER_SLOT = 2;

  private static final double LOW_SECONDS = 0.5;

  /** What several flows share: two seconds' work at least. */
  private static final double SHARED_PER_SLOT = 4;

  private static final double SHARED_SECONDS = 2;
  private static final int SHARED_LEAST = 16;

  private Window() {}

  /**
   * How many may be out for one of low priority to be sent; at least 1.
   *
   * @param slots the live slots of the class, all of them: runners fill them together
   * @param perSecond how many of its tasks were done within the last second
   */
  static int low(double slots, int perSecond) {
    return most(1, slots * LOW_PER_SLOT, perSecond * LOW_SECONDS);
  }

  /** How many may be out before each flow keeps to its share of them. */
  static int shared(double slots, int perSecond) {
    return most(SHARED_LEAST, slots * SHARED_PER_SLOT, perSecond * SHARED_SECONDS);
  }

  private static int most(int least, double one, double other) {
    return Math.max(least, (int) Math.ceil(Math.max(one, other)));
  }
}
