package io.tierflow.runner.engine;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;

/** How many flags stand on this runner, by reason. Thread-safe. */
final class StandingFlags {

  private final Map<String, AtomicLong> byReason = new TreeMap<>();

  StandingFlags(MeterRegistry registry, Stream<String> reasons) {
    reasons.forEach(
        reason -> {
          AtomicLong standing = byReason.computeIfAbsent(reason, it -> new AtomicLong());
          Gauge.builder("tierflow.missing", standing, AtomicLong::get)
              .description("Missing completions that stand, by why")
              .tag("reason", reason)
              .register(registry);
        });
  }

  /** One store's share, for as long as it is here; one thread owns it. */
  Share share() {
    return new Share();
  }

  /** The flags of one store. */
  final class Share {
    private final Map<Bytes, List<String>> known = new HashMap<>();

    private Share() {}

    /** For these reasons one is flagged now. */
    void are(Bytes key, List<String> reasons) {
      List<String> before = reasons.isEmpty() ? known.remove(key) : known.put(key, reasons);
      add(before == null ? List.of() : before, -1);
      add(reasons, 1);
    }

    /** The partition is given away. */
    void close() {
      known.values().forEach(reasons -> add(reasons, -1));
      known.clear();
    }

    private void add(List<String> reasons, int each) {
      reasons.forEach(reason -> byReason.get(reason).addAndGet(each));
    }
  }
}
