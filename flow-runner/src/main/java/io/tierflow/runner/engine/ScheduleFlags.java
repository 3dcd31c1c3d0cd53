package io.tierflow.runner.engine;

import io.tierflow.client.MissingCompletion;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.schedule.Missed;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** What one partition's schedules miss, or missed a moment ago. One thread owns it. */
final class ScheduleFlags {

  /** Why due times are flagged. */
  static final String REASON = MissingRecord.Reason.SCHEDULE_MISSED.name();

  private final KeptFlags<Flags> flags;

  /** The flags of a flow's schedule, as they are stored: those that stand or cleared of late. */
  record Flags(String flow, List<Missed> flags) implements KeptFlags.Entry<Flags> {

    @Override
    public List<KeptFlags.Mark> marks() {
      return flags.stream().map(flag -> new KeptFlags.Mark(REASON, flag.clearedAt())).toList();
    }

    @Override
    public Flags standing() {
      return new Flags(flow, flags.stream().filter(Missed::isOpen).toList());
    }

    /** As users see them. */
    Stream<MissingCompletion> completions() {
      return flags.stream().map(flag -> ScheduleNews.completion(flow, flag));
    }
  }

  /** Takes over what a partition has. */
  ScheduleFlags(KeyValueStore<Bytes, byte[]> store, StandingFlags.Share standing) {
    flags =
        new KeptFlags<>(store, Flags.class, standing)
            .takeOver(StoreKeys.firstMissed(), StoreKeys.afterMissed());
  }

  /** Those of a schedule that can be read. */
  List<Missed> of(String flow) {
    return flags.readable(StoreKeys.missed(flow)).map(Flags::flags).orElse(List.of());
  }

  /** These are a schedule's now. */
  void keep(String flow, List<Missed> missed, Instant now) {
    Instant kept = now.minus(Lingering.KEPT);
    List<Missed> some =
        missed.stream().filter(flag -> flag.isOpen() || flag.clearedAt().isAfter(kept)).toList();
    flags.put(StoreKeys.missed(flow), new Flags(flow, some));
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
