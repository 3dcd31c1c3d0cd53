package io.tierflow.worker.memory;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Shares out a budget of memory. Who asks for more than there is waits, and is served in the order
 * of asking: while anybody waits, nobody else takes any, so that many small ones never keep a large
 * one from its turn. Pure; used by one thread at a time.
 */
final class Packing {

  private final long budget;
  private final Deque<Request> waiting = new ArrayDeque<>();
  private long used;

  /** Somebody who waits for so many bytes. */
  static final class Request {

    private final long bytes;

    private Request(long bytes) {
      this.bytes = bytes;
    }
  }

  /** Of so many bytes, at least one. */
  Packing(long budget) {
    if (budget < 1) {
      throw new IllegalArgumentException("budget " + budget + ": expected at least one byte");
    }
    this.budget = budget;
  }

  long budget() {
    return budget;
  }

  /** What is taken now; never more than the budget. */
  long used() {
    return used;
  }

  /** How many wait. */
  int waiting() {
    return waiting.size();
  }

  /** Takes so many bytes, if nobody waits and they are free. */
  boolean take(long bytes) {
    return waiting.isEmpty() && fits(bytes);
  }

  /**
   * Asks for so many bytes, after all who wait.
   *
   * @throws IllegalArgumentException if the budget is less: nobody may wait for ever
   */
  Request ask(long bytes) {
    if (bytes > budget) {
      throw new IllegalArgumentException(
          bytes + " bytes asked for: expected at most the budget of " + budget);
    }
    Request request = new Request(bytes);
    waiting.add(request);
    return request;
  }

  /** Takes what was asked for, if it is this one's turn and that much is free. */
  boolean grants(Request request) {
    if (waiting.peek() != request || !fits(request.bytes)) {
      return false;
    }
    waiting.remove();
    return true;
  }

  /** One that waits does so no more. */
  void withdraw(Request request) {
    waiting.remove(request);
  }

  /** Gives back so many bytes. */
  void free(long bytes) {
    if (bytes > used) {
      throw new IllegalStateException(
          bytes + " bytes given back: expected at most the " + used + " that are taken");
    }
    used -= bytes;
  }

  private boolean fits(long bytes) {
    if (bytes > budget - used) {
      return false;
    }
    used += bytes;
    return true;
  }
}
