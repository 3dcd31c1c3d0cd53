package io.tierflow.runner.engine;

import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.MissingRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** What the runs of one partition miss, and what they missed a moment ago. One thread owns it. */
final class MissingStore {

  private final KeptFlags<Flagged> flags;

  MissingStore(KeyValueStore<Bytes, byte[]> store, StandingFlags.Share standing) {
    flags = new KeptFlags<>(store, Flagged.class, standing);
  }

  /** A run was decided, and its entries are written. */
  void decided(String runId, String flow, Decision decision, Instant now) {
    if (decision.removed().contains(EntryKey.RUN)) {
      flags.put(key(runId), new Flagged(runId, flow, List.of()));
    } else if (decision.entries().get(EntryKey.MISSING) instanceof MissingRecord missing) {
      flags.put(key(runId), new Flagged(runId, flow, listed(missing, now)));
    }
  }

  // A late run of a schedule knows that it is late; it is the schedule that misses its due time.
  private static List<MissingRecord.Flag> listed(MissingRecord missing, Instant now) {
    return missing.openOrClearedAfter(now.minus(Lingering.KEPT)).stream()
        .filter(flag -> flag.reason() != MissingRecord.Reason.SCHEDULE_MISSED)
        .toList();
  }

  /** This was there when the partition was taken over. */
  void found(Bytes key, Flagged flagged) {
    flags.found(key, flagged);
  }

  /** Takes away what cleared too long ago. */
  void prune(Instant now) {
    flags.prune(now);
  }

  /** The partition is given away. */
  void close() {
    flags.close();
  }

  private static Bytes key(String runId) {
    return Bytes.wrap(runId.getBytes(StandardCharsets.UTF_8));
  }
}
