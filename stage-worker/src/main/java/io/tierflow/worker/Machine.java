package io.tierflow.worker;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;

/**
 * The machine that a worker's handlers work on, where that may be another than the worker's own.
 * While it is away the worker takes no tasks, so that others of its lane get them. Thread-safe.
 */
public interface Machine {

  /** The worker's own: always there. */
  Machine OWN =
      new Machine() {
        @Override
        public boolean isThere() {
          return true;
        }

        @Override
        public boolean isBack() {
          return true;
        }

        @Override
        public Map<String, String> breakers() {
          return Map.of();
        }

        @Override
        public void bindTo(MeterRegistry meters) {
          // nothing is measured of it
        }
      };

  /** Whether tasks may be taken for it; does not look. */
  boolean isThere();

  /**
   * Looks whether one that was away is there again, if it is time to; asked by each slot again and
   * again, and one of them looks for all. May take as long as connecting does.
   */
  boolean isBack() throws InterruptedException;

  /** The state of its circuit breaker, such as OPEN, by each handler that works on it. */
  Map<String, String> breakers();

  /** Lets a registry see its circuit breaker. */
  void bindTo(MeterRegistry meters);
}
