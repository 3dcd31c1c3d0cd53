package io.tierflow.runner.engine;

import io.tierflow.machine.MissingRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** A run that misses something, with the flags that stand. */
record Flagged(String runId, String flow, List<MissingRecord.Flag> flags) {

  /** Forgets a run that is removed. */
  static void forget(KeyValueStore<Bytes, byte[]> store, String runId) {
    store.delete(key(runId));
  }

  /** Keeps what stands of a run; a run with nothing is forgotten. */
  static void keep(
      KeyValueStore<Bytes, byte[]> store, String runId, String flow, MissingRecord missing) {
    Bytes key = key(runId);
    List<MissingRecord.Flag> open = missing.open();
    if (open.isEmpty()) {
      store.delete(key);
    } else {
      store.put(key, EntryCodec.encode(new Flagged(runId, flow, open)));
    }
  }

  private static Bytes key(String runId) {
    return Bytes.wrap(runId.getBytes(StandardCharsets.UTF_8));
  }
}
