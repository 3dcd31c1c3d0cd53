package io.tierflow.machine;

/**
 * How far a for-each is. Counts only: the elements' own entries are the truth, and after a recovery
 * the counts are made anew from them.
 *
 * @param total elements of the incoming list
 * @param sent elements sent so far; they are sent in the order of the list
 * @param succeeded elements whose output is there
 * @param failed elements that failed for good
 */
public record FanOut(int total, int sent, int succeeded, int failed) {

  int out() {
    return sent - succeeded - failed;
  }

  FanOut oneSent(int index) {
    return new FanOut(total, Math.max(sent, index + 1), succeeded, failed);
  }

  /** The next ones have their outputs from an earlier run. */
  FanOut reused(int count) {
    return new FanOut(total, sent + count, succeeded + count, failed);
  }

  FanOut oneSucceeded() {
    return new FanOut(total, sent, succeeded + 1, failed);
  }

  FanOut oneFailed() {
    return new FanOut(total, sent, succeeded, failed + 1);
  }
}
