package io.tierflow.runner.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** How many runs this runner keeps, open or ended, and how many it has removed. Thread-safe. */
final class KeptRuns {

  private final AtomicLong kept = new AtomicLong();
  private final Counter pruned;

  KeptRuns(MeterRegistry registry) {
    Gauge.builder("tierflow.runs.kept", kept, AtomicLong::get)
        .description("Runs in this runner's state, open or ended")
        .register(registry);
    pruned =
        Counter.builder("tierflow.runs.pruned")
            .description("Ended runs that were removed after their retention")
            .register(registry);
  }

  /** One partition's share, for as long as it is here; one thread owns it. */
  Share share() {
    return new Share();
  }

  /** The runs of one partition. */
  final class Share {
    private long runs;

    private Share() {}

    /** So many runs more are kept. */
    void add(long more) {
      runs += more;
      kept.addAndGet(more);
    }

    /** One run less. */
    void pruned() {
      add(-1);
      pruned.increment();
    }

    /** The partition is given away. */
    void close() {
      add(-runs);
    }
  }
}
