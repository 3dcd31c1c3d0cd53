package io.tierflow.runner.engine;

import io.tierflow.machine.Deadline;
import io.tierflow.machine.Retention;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once, when a partition is taken over, whether each ended run has the timer that removes it
 * after the retention that its runner has now; one that ended under another retention, or under
 * none, is given it. A piece of the list per step, so that nothing waits for it. One thread owns
 * it.
 */
final class RemovalTimers {

  private static final Logger LOG = LoggerFactory.getLogger(RemovalTimers.class);

  /** How often a piece is looked at. */
  static final Duration TICK = Duration.ofSeconds(1);

  /** How many runs a step looks at. */
  static final int RUNS_PER_STEP = 1000;

  private final Stores stores;
  private final Duration retention;
  private Bytes from; // null at the beginning
  private boolean done;

  RemovalTimers(Stores stores, Duration retention) {
    this.stores = stores;
    this.retention = retention;
  }

  /** Looks at some runs more, until all have been looked at. */
  void step() {
    if (done) {
      return;
    }
    int left = RUNS_PER_STEP;
    try (KeyValueIterator<Bytes, byte[]> runs = stores.list().range(from, null)) {
      while (runs.hasNext()) {
        KeyValue<Bytes, byte[]> run = runs.next();
        if (left-- == 0) {
          from = run.key;
          return;
        }
        look(StoreKeys.listedRun(run.key), run.value);
      }
    }
    done = true;
  }

  private void look(String runId, byte[] value) {
    try {
      Instant endedAt = EntryCodec.decode(value, Listed.class).endedAt();
      if (endedAt != null) {
        keep(runId, Retention.due(endedAt, retention));
      }
    } catch (UncheckedIOException e) {
      LOG.error("run {} is kept: what the list of runs holds of it cannot be read", runId, e);
    }
  }

  private void keep(String runId, Deadline due) {
    Bytes key = StoreKeys.deadline(runId, due);
    if (stores.deadlines().get(key) == null) {
      stores.deadlines().put(key, EntryCodec.encode(new RunDesk.Due(runId, due)));
    }
  }
}
