package io.tierflow.runner.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** A state store in memory that remembers its changelog, and counts what is done to it. */
final class FakeStore implements KeyValueStore<Bytes, byte[]> {

  private final String name;
  private final NavigableMap<Bytes, byte[]> content = new TreeMap<>();
  private final List<KeyValue<Bytes, byte[]>> changelog = new ArrayList<>();
  private Consumer<Bytes> beforePut = key -> {};
  private int scans;
  private long operations;

  FakeStore(String name) {
    this.name = name;
  }

  /** Everything that was written, in order. */
  List<KeyValue<Bytes, byte[]>> changelog() {
    return List.copyOf(changelog);
  }

  /** Writes what a changelog has, as a recovery does. */
  void restore(List<KeyValue<Bytes, byte[]>> written) {
    written.forEach(change -> put(change.key, change.value));
  }

  /** Is told of every key before it is written; what it throws, writing throws. */
  void beforePut(Consumer<Bytes> hook) {
    beforePut = hook;
  }

  /** Every key that is there, in order. */
  List<Bytes> keys() {
    return List.copyOf(content.keySet());
  }

  /** How many ranges were read. */
  int scans() {
    return scans;
  }

  /**
   * How many entries were looked up, written, or handed out by a scan, and how many scans began.
   */
  long operations() {
    return operations;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void put(Bytes key, byte[] value) {
    beforePut.accept(key);
    operations++;
    changelog.add(KeyValue.pair(key, value));
    if (value == null) {
      content.remove(key);
    } else {
      content.put(key, value);
    }
  }

  @Override
  public byte[] putIfAbsent(Bytes key, byte[] value) {
    byte[] before = content.get(key);
    if (before == null) {
      put(key, value);
    }
    return before;
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
    entries.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public byte[] delete(Bytes key) {
    byte[] before = content.get(key);
    put(key, null);
    return before;
  }

  @Override
  public byte[] get(Bytes key) {
    operations++;
    return content.get(key);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    scans++;
    operations++;
    NavigableMap<Bytes, byte[]> part = from == null ? content : content.tailMap(from, true);
    part = to == null ? part : part.headMap(to, true);
    return iterator(new TreeMap<>(part));
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return iterator(new TreeMap<>(content));
  }

  @Override
  public long approximateNumEntries() {
    return content.size();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    // It is there already.
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  private KeyValueIterator<Bytes, byte[]> iterator(Map<Bytes, byte[]> part) {
    Iterator<Map.Entry<Bytes, byte[]>> entries = part.entrySet().iterator();
    return new KeyValueIterator<>() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public KeyValue<Bytes, byte[]> next() {
        operations++;
        Map.Entry<Bytes, byte[]> next = entries.next();
        return KeyValue.pair(next.getKey(), next.getValue());
      }

      @Override
      public Bytes peekNextKey() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }
}
