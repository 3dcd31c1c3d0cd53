package io.tierflow.runner.engine;

import io.tierflow.machine.expect.ExpectState;
import io.tierflow.machine.expect.Flag;
import io.tierflow.runner.expect.ExpectationService.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** What is missing of one partition's expectations, or was a moment ago. One thread owns it. */
final class ExpectFlags {

  private final KeptFlags<Flags> flags;

  /** The flags of an expectation, as they are stored: those that stand or cleared of late. */
  record Flags(String name, String key, List<Flag> flags) implements KeptFlags.Entry<Flags> {

    @Override
    public List<KeptFlags.Mark> marks() {
      return flags.stream()
          .map(flag -> new KeptFlags.Mark(flag.reason().name(), flag.clearedAt()))
          .toList();
    }

    @Override
    public Flags standing() {
      return new Flags(name, key, flags.stream().filter(Flag::isOpen).toList());
    }
  }

  /** Takes over what a partition has. */
  ExpectFlags(KeyValueStore<Bytes, byte[]> store, StandingFlags.Share standing) {
    flags =
        new KeptFlags<>(store, Flags.class, standing)
            .takeOver(ExpectKeys.firstFlagged(), ExpectKeys.afterFlagged());
  }

  /** These are an expectation's now. */
  void keep(Subject subject, Optional<ExpectState> state, Instant now) {
    Instant kept = now.minus(Lingering.KEPT);
    List<Flag> some =
        state.map(ExpectState::flags).orElse(List.of()).stream()
            .filter(flag -> flag.isOpen() || flag.clearedAt().isAfter(kept))
            .toList();
    flags.put(ExpectKeys.flagged(subject), new Flags(subject.name(), subject.key(), some));
  }

  /** Takes away what cleared too long ago. */
  void prune(Instant now) {
    flags.prune(now);
  }

  /** The partition is given away. */
  void close() {
    flags.close();
  }
}
