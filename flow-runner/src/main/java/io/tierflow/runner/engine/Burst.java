package io.tierflow.runner.engine;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds sends back while a stream thread works through many records, so that they leave together: a
 * broker's costs are those of requests, and a task topic that gets its tasks a few at a time also
 * makes workers take and answer them a few at a time. Where few records came, nothing is held. One
 * stream thread owns it.
 */
final class Burst {

  /** From so many records of one poll on, their sends leave together. */
  static final int MANY_RECORDS = 8;

  /** So many sends leave at the latest. */
  static final int MAX_HELD = 1_024;

  /**
   * After so many milliseconds the next send lets all leave: some decisions take long. Only what
   * came with so much other work that this takes longer ever waits for it.
   */
  static final long MAX_MILLIS = 100;

  private final InstantSource clock;
  private final List<Runnable> held = new ArrayList<>(MAX_HELD);
  private boolean holding;
  private long since;

  Burst(InstantSource clock) {
    this.clock = clock;
  }

  /** So many records are now worked through before the next {@link #release}. */
  void begin(int records) {
    holding = records >= MANY_RECORDS;
  }

  /** Sends at once, or with those that follow. */
  void send(Runnable send) {
    if (!holding) {
      send.run();
      return;
    }
    long now = clock.millis();
    if (held.isEmpty()) {
      since = now;
    }
    held.add(send);
    if (held.size() >= MAX_HELD || now - since >= MAX_MILLIS) {
      release();
    }
  }

  /** Sends what is held, in its order. */
  void release() {
    if (held.isEmpty()) {
      return;
    }
    List<Runnable> sends = List.copyOf(held);
    held.clear(); // before sending: what fails is the thread's end, and is not sent again by it
    sends.forEach(Runnable::run);
  }
}
