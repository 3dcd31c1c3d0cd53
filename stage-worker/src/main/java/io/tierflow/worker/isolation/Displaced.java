package io.tierflow.worker.isolation;

/**
 * Keeps as many children of the usual memory in a pool as there is memory for beside its larger
 * ones. Thread-safe.
 */
final class Displaced {

  private final WarmPool pool;
  private final long budget;
  private final long usual;
  private final int slots;
  private long larger; // bytes; guarded by this

  /**
   * With no larger one yet.
   *
   * @param budget the bytes of all together
   * @param usual the bytes of each usual one
   */
  Displaced(WarmPool pool, long budget, long usual, int slots) {
    this.pool = pool;
    this.budget = budget;
    this.usual = usual;
    this.slots = slots;
    keep();
  }

  /** A larger one is to begin, once the pool has no more than it is to keep. */
  synchronized void begins(long bytes) {
    larger += bytes;
    keep();
  }

  /** A larger one is gone. */
  synchronized void ended(long bytes) {
    larger -= bytes;
    keep();
  }

  private void keep() {
    pool.keep((int) Math.max(0, Math.min(slots, (budget - larger) / usual)));
  }
}
