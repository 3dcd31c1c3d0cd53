package io.tierflow.runner.engine;

import io.tierflow.machine.Content;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Hold;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.RunEntry;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.Sending;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.TaskKey;
import io.tierflow.wire.payload.PayloadException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run's entries in a state store. As thread-safe as the store. */
final class StoreEntries implements RunEntries {

  private static final Logger LOG = LoggerFactory.getLogger(StoreEntries.class);

  private final String runId;
  private final EntryReader reader;
  private final ReadOnlyKeyValueStore<Bytes, byte[]> store;
  private final Known known;

  /**
   * What the store does not have.
   *
   * @param contents fetches what lies in the payload store
   * @param firstTouch whether a for-each is looked at for the first time
   * @param flowPaused whether nothing of a flow is to be sent now
   * @param classPaused whether nothing is to be sent to a class now
   * @param turn whether others go first
   * @param late whether a rate holds one whose turn was told
   */
  record Known(
      Function<Content, byte[]> contents,
      Predicate<TaskKey> firstTouch,
      Predicate<String> flowPaused,
      Predicate<String> classPaused,
      BiFunction<RunRecord, Sending, Optional<Hold>> turn,
      BiFunction<RunRecord, Sending, Optional<Hold>> late) {

    /** Where nothing is decided. */
    static Known forReading(Function<Content, byte[]> contents) {
      return new Known(
          contents,
          stage -> false,
          flow -> false,
          resourceClass -> false,
          (run, sending) -> Optional.empty(),
          (run, sending) -> Optional.empty());
    }
  }

  StoreEntries(
      String runId, EntryReader reader, ReadOnlyKeyValueStore<Bytes, byte[]> store, Known known) {
    this.runId = runId;
    this.reader = reader;
    this.store = store;
    this.known = known;
  }

  @Override
  public Optional<RunEntry> get(EntryKey key) {
    return reader.read(runId, key);
  }

  @Override
  public void forEachElement(TaskKey stage, BiConsumer<Integer, StageRecord> consumer) {
    try (KeyValueIterator<Bytes, byte[]> elements =
        store.range(StoreKeys.firstElement(runId, stage), StoreKeys.lastElement(runId, stage))) {
      while (elements.hasNext()) {
        KeyValue<Bytes, byte[]> element = elements.next();
        consumer.accept(
            StoreKeys.index(element.key), EntryCodec.decode(element.value, StageRecord.class));
      }
    }
  }

  @Override
  public byte[] bytes(Content content) {
    return content.bytes() == null ? known.contents().apply(content) : content.bytes();
  }

  @Override
  public Optional<byte[]> bytesIfKept(Content content) {
    try {
      return Optional.of(bytes(content));
    } catch (PayloadException.Lost e) {
      LOG.warn("run {}: an output is lost, its task is run again: {}", runId, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public boolean firstTouch(TaskKey stage) {
    return known.firstTouch().test(stage);
  }

  @Override
  public boolean isFlowPaused(String flow) {
    return known.flowPaused().test(flow);
  }

  @Override
  public boolean isClassPaused(String resourceClass) {
    return known.classPaused().test(resourceClass);
  }

  @Override
  public Optional<Hold> turn(RunRecord run, Sending sending) {
    return known.turn().apply(run, sending);
  }

  @Override
  public Optional<Hold> late(RunRecord run, Sending sending) {
    return known.late().apply(run, sending);
  }
}
