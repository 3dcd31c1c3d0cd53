package io.tierflow.runner.engine;

import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.MissingRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What the runs of one partition miss, and what they missed a moment ago: a list beside the runs,
 * so that asking for it costs nothing of those that miss nothing. One thread owns it.
 */
final class MissingStore {

  private final KeyValueStore<Bytes, byte[]> store;
  private final StandingFlags.Share standing;
  private final Lingering lingering = new Lingering(this::strip);

  MissingStore(KeyValueStore<Bytes, byte[]> store, StandingFlags.Share standing) {
    this.store = store;
    this.standing = standing;
  }

  /** A run was decided, and its entries are written. */
  void decided(String runId, String flow, Decision decision, Instant now) {
    if (decision.removed().contains(EntryKey.RUN)) {
      put(key(runId), new Flagged(runId, flow, List.of()));
    } else if (decision.entries().get(EntryKey.MISSING) instanceof MissingRecord missing) {
      Instant kept = now.minus(Lingering.KEPT);
      put(key(runId), new Flagged(runId, flow, missing.openOrClearedAfter(kept)));
    }
  }

  /** This was there when the partition was taken over. */
  void found(Bytes key, Flagged flagged) {
    lingering.written(key, lastCleared(flagged));
    standing.are(key, flagged.standing().flags().stream().map(it -> it.reason().name()).toList());
  }

  /** Takes away what cleared too long ago. */
  void prune(Instant now) {
    lingering.prune(now);
  }

  /** The partition is given away. */
  void close() {
    standing.close();
  }

  private void put(Bytes key, Flagged flagged) {
    if (flagged.flags().isEmpty()) {
      store.delete(key);
    } else {
      store.put(key, EntryCodec.encode(flagged));
    }
    found(key, flagged);
  }

  private void strip(Bytes key) {
    byte[] flags = store.get(key);
    if (flags != null) {
      put(key, EntryCodec.decode(flags, Flagged.class).standing());
    }
  }

  private static Optional<Instant> lastCleared(Flagged flagged) {
    return flagged.flags().stream()
        .filter(flag -> !flag.isOpen())
        .map(MissingRecord.Flag::clearedAt)
        .max(Comparator.naturalOrder());
  }

  private static Bytes key(String runId) {
    return Bytes.wrap(runId.getBytes(StandardCharsets.UTF_8));
  }
}
