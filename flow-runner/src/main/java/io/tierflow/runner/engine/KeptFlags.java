package io.tierflow.runner.engine;

import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is missing in one partition, or was a moment ago: an entry for each of those that it is
 * missing of, so that asking costs nothing of those that miss nothing. One thread owns it.
 */
final class KeptFlags<E extends KeptFlags.Entry<E>> {

  private static final Logger LOG = LoggerFactory.getLogger(KeptFlags.class);

  private final KeyValueStore<Bytes, byte[]> store;
  private final Class<E> type;
  private final StandingFlags.Share standing;
  private final Lingering lingering = new Lingering(this::strip);

  /** The flags of one, as they are stored: those that stand or cleared of late. */
  interface Entry<E> {
    List<Mark> marks();

    /** The same without what has cleared. */
    E standing();
  }

  /**
   * One flag.
   *
   * @param clearedAt null while it stands
   */
  record Mark(String reason, Instant clearedAt) {}

  KeptFlags(KeyValueStore<Bytes, byte[]> store, Class<E> type, StandingFlags.Share standing) {
    this.store = store;
    this.type = type;
    this.standing = standing;
  }

  /** Takes over what lies in this range of the store; what cannot be read stays as it is. */
  KeptFlags<E> takeOver(Bytes from, Bytes to) {
    try (KeyValueIterator<Bytes, byte[]> all = store.range(from, to)) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> next = all.next();
        try {
          found(next.key, EntryCodec.decode(next.value, type));
        } catch (UncheckedIOException e) {
          LOG.error("flags cannot be read, and are not counted: {}", next.key, e);
        }
      }
    }
    return this;
  }

  /** This was there when the partition was taken over. */
  void found(Bytes key, E entry) {
    lingering.written(
        key,
        entry.marks().stream()
            .map(Mark::clearedAt)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder()));
    standing.are(
        key,
        entry.marks().stream().filter(it -> it.clearedAt() == null).map(Mark::reason).toList());
  }

  /** The flags under this key; empty where there are none, or none that can be read. */
  Optional<E> readable(Bytes key) {
    byte[] entry = store.get(key);
    try {
      return Optional.ofNullable(entry).map(bytes -> EntryCodec.decode(bytes, type));
    } catch (UncheckedIOException e) {
      LOG.error("flags cannot be read, and are forgotten: {}", key, e);
      return Optional.empty();
    }
  }

  /** These are the flags now. */
  void put(Bytes key, E entry) {
    if (entry.marks().isEmpty()) {
      store.delete(key);
    } else {
      store.put(key, EntryCodec.encode(entry));
    }
    found(key, entry);
  }

  /** Takes away what cleared too long ago. */
  void prune(Instant now) {
    lingering.prune(now);
  }

  /** The partition is given away. */
  void close() {
    standing.close();
  }

  private void strip(Bytes key) {
    byte[] entry = store.get(key);
    if (entry != null) {
      put(key, EntryCodec.decode(entry, type).standing());
    }
  }
}
