package io.tierflow.standalone.guarantees;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * When a broker or runner was away, and the time after it in which others took over: nobody can see
 * then that something is late. Thread-safe.
 */
final class Outages {

  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final Duration recovery;

  private record Span(Instant from, Instant to) {}

  /**
   * None yet.
   *
   * @param recovery how long after each it still counts
   */
  Outages(Duration recovery) {
    this.recovery = recovery;
  }

  void add(Instant from, Instant to) {
    spans.add(new Span(from, to.plus(recovery)));
  }

  /** Whether one was between these two. */
  boolean touch(Instant from, Instant to) {
    return spans.stream().anyMatch(s -> s.from().isBefore(to) && from.isBefore(s.to()));
  }
}
