package io.tierflow.worker;

import io.tierflow.worker.isolation.HandlerCalls;
import java.util.OptionalLong;

/**
 * When an attempt's handler was called: what it waited for before, its input or a process, is no
 * run time. Thread-safe.
 */
final class Beginning implements HandlerCalls.Witness {

  private final WorkerClock clock;
  private final Admitted admitted;
  private volatile OptionalLong at = OptionalLong.empty();

  Beginning(WorkerClock clock, Admitted admitted) {
    this.clock = clock;
    this.admitted = admitted;
  }

  Admitted admitted() {
    return admitted;
  }

  /** By the steady count of nanoseconds; empty if it was not called yet. */
  OptionalLong at() {
    return at;
  }

  @Override
  public void begins() {
    admitted.attempt().begins(clock.now());
    admitted.call().begins();
    at = OptionalLong.of(clock.nano());
  }

  @Override
  public void usedMemory(long peakBytes) {
    admitted.attempt().usedMemory(peakBytes);
  }
}
