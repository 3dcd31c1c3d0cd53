package io.tierflow.runner.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;

/**
 * Which entries of a store have flags that cleared of late, and for how long they keep them: for a
 * while, since many a flag clears before anybody has looked. One thread owns it.
 */
final class Lingering {

  /** For how long what has cleared is kept, and can be asked for. */
  static final Duration KEPT = Duration.ofMinutes(5);

  /** How often what is past that is taken away. */
  static final Duration TICK = Duration.ofSeconds(10);

  private final Map<Bytes, Instant> until = new HashMap<>();
  private final Consumer<Bytes> strip;

  /**
   * Of a store.
   *
   * @param strip takes what has cleared out of an entry
   */
  Lingering(Consumer<Bytes> strip) {
    this.strip = strip;
  }

  /** An entry was written; empty where it has nothing that cleared. */
  void written(Bytes key, Optional<Instant> lastCleared) {
    lastCleared.ifPresentOrElse(at -> until.put(key, at.plus(KEPT)), () -> until.remove(key));
  }

  /** Takes away what cleared too long ago. */
  void prune(Instant now) {
    List<Bytes> past =
        until.entrySet().stream()
            .filter(entry -> !entry.getValue().isAfter(now))
            .map(Map.Entry::getKey)
            .toList();
    until.keySet().removeAll(Set.copyOf(past));
    past.forEach(strip);
  }
}
