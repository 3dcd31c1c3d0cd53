package io.tierflow.worker;

import java.time.Duration;
import java.util.Arrays;

/**
 * Decides how one slot fetches: one task at a time, or in batches once its tasks prove short while
 * more of them wait. Knows no clock. Used by one thread.
 *
 * <p>Changing costs a rejoin of the share group, so each return from batches doubles how many tasks
 * must be seen before the next try.
 */
final class FetchModePolicy {

  static final int WINDOW = 32;
  static final long SHORT_TASK = Duration.ofMillis(5).toNanos();

  /** A poll that gives a task sooner than this found one waiting. */
  static final long BACKLOG_WAIT = Duration.ofMillis(20).toNanos();

  private static final int MOST_NEEDED = 64 * WINDOW;

  private final boolean fixed;
  private final long[] took = new long[WINDOW];
  private final long[] waited = new long[WINDOW];
  private boolean batch;
  private int seen; // since the last change
  private int needed = WINDOW;

  FetchModePolicy(FetchMode mode) {
    this.fixed = mode != FetchMode.AUTO;
    this.batch = mode == FetchMode.BATCH;
  }

  /** Whether the slot should fetch batches now. */
  boolean isBatch() {
    return batch;
  }

  /**
   * Notes one task.
   *
   * @param tookNanos how long its handler ran
   * @param waitedNanos how long the poll that gave it waited
   * @param outlived whether it outlived the moment after which its start is told
   */
  void observe(long tookNanos, long waitedNanos, boolean outlived) {
    if (fixed) {
      return;
    }
    took[seen % WINDOW] = tookNanos;
    waited[seen % WINDOW] = waitedNanos;
    seen++;
    if (batch && (outlived || (seen >= WINDOW && median(took) >= SHORT_TASK))) {
      change(false);
      needed = Math.min(MOST_NEEDED, needed * 2);
    } else if (!batch
        && seen >= needed
        && median(took) < SHORT_TASK
        && median(waited) < BACKLOG_WAIT) {
      change(true);
    }
  }

  private void change(boolean toBatch) {
    batch = toBatch;
    seen = 0;
  }

  private static long median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
