package io.tierflow.runner.engine;

import io.tierflow.wire.topics.TopicSettings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The state of one partition of the runs. One thread owns it.
 *
 * @param entries what runs are made of, and the definitions that they follow
 * @param deadlines what is due when, by due time
 * @param list the runs, newest first
 * @param flows the versions of flows
 * @param missing the runs that miss something
 * @param expectations what is expected of work that was started elsewhere
 */
record Stores(
    KeyValueStore<Bytes, byte[]> entries,
    KeyValueStore<Bytes, byte[]> deadlines,
    KeyValueStore<Bytes, byte[]> list,
    KeyValueStore<Bytes, byte[]> flows,
    KeyValueStore<Bytes, byte[]> missing,
    KeyValueStore<Bytes, byte[]> expectations) {

  static final String ENTRIES = "entries";
  static final String DEADLINES = "deadlines";
  static final String LIST = "list";
  static final String FLOWS = "flows";
  static final String MISSING = "missing";
  static final String EXPECTATIONS = "expectations";

  static Stores of(ProcessorContext<?, ?> context) {
    return new Stores(
        context.getStateStore(ENTRIES),
        context.getStateStore(DEADLINES),
        context.getStateStore(LIST),
        context.getStateStore(FLOWS),
        context.getStateStore(MISSING),
        context.getStateStore(EXPECTATIONS));
  }

  static List<StoreBuilder<KeyValueStore<Bytes, byte[]>>> builders() {
    return List.of(
        builder(ENTRIES),
        builder(DEADLINES),
        builder(LIST),
        builder(FLOWS),
        builder(MISSING),
        builder(EXPECTATIONS));
  }

  // No cache: what a decision writes goes to the changelog in the order it was written in, which
  // recovery relies on.
  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(String name) {
    return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
            org.apache.kafka.streams.state.Stores.persistentKeyValueStore(name),
            Serdes.Bytes(),
            Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                String.valueOf(TopicSettings.MAX_DEAD_LETTER_BYTES)));
  }
}
