package io.tierflow.runner.engine;

import io.tierflow.machine.Content;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.PipelineRecord;
import io.tierflow.machine.RunEntry;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.StageRecord;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Reads one entry of a run. */
@FunctionalInterface
interface EntryReader {

  Optional<RunEntry> read(String runId, EntryKey key);

  /** Reads from the store each time. */
  static EntryReader of(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
    return (runId, key) -> {
      byte[] bytes = store.get(StoreKeys.entry(runId, key));
      return bytes == null
          ? Optional.empty()
          : Optional.of(EntryCodec.decode(bytes, type(key.kind())));
    };
  }

  private static Class<? extends RunEntry> type(EntryKey.Kind kind) {
    return switch (kind) {
      case RUN -> RunRecord.class;
      case INPUT -> Content.class;
      case MISSING -> MissingRecord.class;
      case PIPELINE -> PipelineRecord.class;
      case STAGE, ELEMENT -> StageRecord.class;
    };
  }
}
