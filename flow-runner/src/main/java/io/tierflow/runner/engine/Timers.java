package io.tierflow.runner.engine;

import io.tierflow.machine.RunRecord;
import io.tierflow.schemas.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Posts what is due in one partition, as commands; only their decisions change anything. What runs
 * wait for comes first: the removal of ended ones has a range of its own and a small share of every
 * tick, however much of it is due. One thread owns it.
 */
final class Timers {

  /** How often due deadlines are looked for. */
  static final Duration TICK = Duration.ofMillis(100);

  /** After how long a deadline whose command did not come back is posted again. */
  private static final Duration POST_AGAIN = Duration.ofSeconds(10);

  /** How many deadlines one tick posts at most; the rest are next. */
  private static final int POSTS_PER_TICK = 10_000;

  /** How many ended runs, or pieces of them, one tick has removed at most. */
  static final int PRUNED_PER_TICK = 100;

  private final KeyValueStore<Bytes, byte[]> deadlines;
  private final Function<String, Optional<RunRecord>> runs;
  private final Predicate<String> accountedFor;
  private final Supplier<Map<String, Instant>> servedUpTo;
  private final Map<Bytes, Instant> posted = new HashMap<>();

  /**
   * Timers over a partition's deadlines.
   *
   * @param runs the runs of the partition
   * @param accountedFor whether a run that has ended lacks nothing
   * @param servedUpTo up to when each class's topic holds no task any more
   */
  Timers(
      KeyValueStore<Bytes, byte[]> deadlines,
      Function<String, Optional<RunRecord>> runs,
      Predicate<String> accountedFor,
      Supplier<Map<String, Instant>> servedUpTo) {
    this.deadlines = deadlines;
    this.runs = runs;
    this.accountedFor = accountedFor;
    this.servedUpTo = servedUpTo;
  }

  /** Posts what has come by now. */
  void post(Instant now, Consumer<Command> post) {
    posted.values().removeIf(since -> since.plus(POST_AGAIN).isBefore(now));
    post(null, StoreKeys.dueBy(now), POSTS_PER_TICK, now, post);
    post(StoreKeys.firstPruned(), StoreKeys.prunedBy(now), PRUNED_PER_TICK, now, post);
  }

  private void post(Bytes from, Bytes to, int most, Instant now, Consumer<Command> post) {
    int left = most;
    try (KeyValueIterator<Bytes, byte[]> due = deadlines.range(from, to)) {
      while (due.hasNext() && left-- > 0) {
        KeyValue<Bytes, byte[]> next = due.next();
        if (posted.putIfAbsent(next.key, now) == null) {
          command(next, now).ifPresentOrElse(post, () -> deadlines.delete(next.key));
        }
      }
    }
  }

  // Every run leaves the timer of its next look. Once it has ended, it is looked at here whether it
  // lacks anything; only then is there something to decide.
  private Optional<Command> command(KeyValue<Bytes, byte[]> entry, Instant now) {
    if (ExpectKeys.isWake(entry.key)) {
      return Optional.of(EntryCodec.decode(entry.value, ExpectDesk.Wake.class).command(now));
    }
    if (StoreKeys.isWake(entry.key)) {
      return Optional.of(EntryCodec.decode(entry.value, ScheduleDesk.Wake.class).command(now));
    }
    RunDesk.Due due = EntryCodec.decode(entry.value, RunDesk.Due.class);
    Optional<RunRecord> run = runs.apply(due.runId());
    return switch (due.deadline().kind()) {
      case CHECK ->
          run.filter(record -> record.state().isTerminal()).isPresent()
                  && accountedFor.test(due.runId())
              ? Optional.empty()
              : Optional.of(Outbound.deadline(due.runId(), due.deadline(), servedUpTo.get(), now));
      // Who is not there any more was removed by a command that is still there to be read again.
      case PRUNE -> run.map(record -> Outbound.prune(due, record.submittedAt(), now));
      default -> Optional.of(Outbound.deadline(due.runId(), due.deadline(), Map.of(), now));
    };
  }
}
