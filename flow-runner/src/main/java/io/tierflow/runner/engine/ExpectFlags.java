package io.tierflow.runner.engine;

import io.tierflow.machine.expect.ExpectState;
import io.tierflow.machine.expect.Flag;
import io.tierflow.runner.expect.ExpectationService.Subject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** What is missing of one partition's expectations, or was a moment ago. One thread owns it. */
final class ExpectFlags {

  private final KeyValueStore<Bytes, byte[]> store;
  private final StandingFlags.Share standing;
  private final Lingering lingering = new Lingering(this::strip);

  /** The flags of an expectation, as they are stored: those that stand or cleared of late. */
  record Flags(String name, String key, List<Flag> flags) {

    List<Flag> open() {
      return flags.stream().filter(Flag::isOpen).toList();
    }
  }

  /** Takes over what a partition has. */
  ExpectFlags(KeyValueStore<Bytes, byte[]> store, StandingFlags.Share standing) {
    this.store = store;
    this.standing = standing;
    try (KeyValueIterator<Bytes, byte[]> all =
        store.range(ExpectKeys.firstFlagged(), ExpectKeys.afterFlagged())) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> next = all.next();
        ExpectQueries.readable(next, Flags.class).ifPresent(flags -> found(next.key, flags));
      }
    }
  }

  /** These are an expectation's now. */
  void keep(Subject subject, Optional<ExpectState> state, Instant now) {
    Instant kept = now.minus(Lingering.KEPT);
    List<Flag> flags =
        state.map(ExpectState::flags).orElse(List.of()).stream()
            .filter(flag -> flag.isOpen() || flag.clearedAt().isAfter(kept))
            .toList();
    put(ExpectKeys.flagged(subject), new Flags(subject.name(), subject.key(), flags));
  }

  /** Takes away what cleared too long ago. */
  void prune(Instant now) {
    lingering.prune(now);
  }

  /** The partition is given away. */
  void close() {
    standing.close();
  }

  private void put(Bytes key, Flags flags) {
    if (flags.flags().isEmpty()) {
      store.delete(key);
    } else {
      store.put(key, EntryCodec.encode(flags));
    }
    found(key, flags);
  }

  private void found(Bytes key, Flags flags) {
    lingering.written(
        key,
        flags.flags().stream()
            .filter(flag -> !flag.isOpen())
            .map(Flag::clearedAt)
            .max(Comparator.naturalOrder()));
    standing.are(key, flags.open().stream().map(flag -> flag.reason().name()).toList());
  }

  private void strip(Bytes key) {
    byte[] bytes = store.get(key);
    if (bytes != null) {
      Flags flags = EntryCodec.decode(bytes, Flags.class);
      put(key, new Flags(flags.name(), flags.key(), flags.open()));
    }
  }
}
