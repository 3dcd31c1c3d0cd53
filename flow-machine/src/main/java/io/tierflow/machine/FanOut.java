package io.tierflow.machine;

/**
 * How far a for-each is. Counts, which are made anew from the elements' own entries after a
 * recovery, and why no more elements are begun though more might be out.
 *
 * @param total elements of the incoming list
 * @param sent elements sent so far; they are sent in the order of the list
 * @param succeeded elements whose output is there
 * @param failed elements that failed for good
 * @param heldFor what keeps the next element from being begun, which has no attempt yet; null if
 *     nothing does, or as many are out as may be
 */
public record FanOut(int total, int sent, int succeeded, int failed, Hold heldFor) {

  /** One that nothing keeps back. */
  public FanOut(int total, int sent, int succeeded, int failed) {
    this(total, sent, succeeded, failed, null);
  }

  /** The index after the last element that may be out, where so many may be out at once. */
  public int mayReach(int concurrency) {
    return (int) Math.min(total, sent + (long) concurrency - out());
  }

  int out() {
    return sent - succeeded - failed;
  }

  FanOut oneSent(int index) {
    return new FanOut(total, Math.max(sent, index + 1), succeeded, failed, heldFor);
  }

  /** The next ones have their outputs from an earlier run. */
  FanOut reused(int count) {
    return new FanOut(total, sent + count, succeeded + count, failed, heldFor);
  }

  FanOut oneSucceeded() {
    return new FanOut(total, sent, succeeded + 1, failed, heldFor);
  }

  FanOut oneFailed() {
    return new FanOut(total, sent, succeeded, failed + 1, heldFor);
  }

  FanOut held(Hold reason) {
    return new FanOut(total, sent, succeeded, failed, reason);
  }
}
