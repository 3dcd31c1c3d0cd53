package io.tierflow.runner.engine;

import io.tierflow.machine.Deadline;
import io.tierflow.machine.Input;
import io.tierflow.machine.RunRecord;
import io.tierflow.runner.expect.ExpectationService.Subject;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadlineReached;
import io.tierflow.schemas.ExpectationDue;
import io.tierflow.schemas.ScheduleDue;
import io.tierflow.wire.UndecodableException;
import java.io.UncheckedIOException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts what is due in one partition, as commands; only their decisions change anything. What runs
 * wait for comes first: the removal of ended ones has a range of its own and a small share of every
 * tick, however much of it is due. What cannot be decided lies behind for an hour, so that it holds
 * up nothing else. One thread owns it.
 */
final class Timers {

  private static final Logger LOG = LoggerFactory.getLogger(Timers.class);

  /** How often due deadlines are looked for. */
  static final Duration TICK = Duration.ofMillis(100);

  /** After how long a deadline that stands though its command has come back is posted again. */
  static final Duration POST_AGAIN = Duration.ofSeconds(10);

  /**
   * After how long a command that has not come back counts as lost, where none that was posted
   * later has come back: more than the 2 minutes that a producer takes to give up.
   */
  static final Duration LOST = Duration.ofMinutes(3);

  /** After how long a deadline that could not be decided is posted again. */
  static final Duration PUT_OFF = Duration.ofHours(1);

  /** How many deadlines are out at most; the rest are next. */
  private static final int POSTS_PER_TICK = 10_000;

  /** How many removals of ended runs, or of pieces of them, are out at most. */
  static final int PRUNED_PER_TICK = 100;

  private final KeyValueStore<Bytes, byte[]> deadlines;
  private final Function<String, Optional<RunRecord>> runs;
  private final Predicate<String> accountedFor;
  private final Supplier<Map<String, Instant>> servedUpTo;
  private final Map<Bytes, Post> posted = new HashMap<>();
  private Instant cameBack = Instant.MIN; // the latest time of posting whose command has come back

  /**
   * A timer as it is read.
   *
   * @param key where it lies, unless it was put off
   * @param command what it posts then; empty when there is nothing to decide any more
   */
  private record Timer(Bytes key, Function<Instant, Optional<Command>> command) {}

  /** When a command was posted, and whether it has come back. */
  private record Post(Instant since, boolean isBack) {}

  /**
   * Timers over a partition's deadlines.
   *
   * @param runs the runs of the partition
   * @param accountedFor whether a run that has ended lacks nothing
   * @param servedUpTo up to when each lane's topic holds no task any more
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
    posted.values().removeIf(each -> isToBePostedAgain(each, now));
    post(null, StoreKeys.dueBy(now), POSTS_PER_TICK, now, post);
    post(StoreKeys.firstPruned(), StoreKeys.prunedBy(now), PRUNED_PER_TICK, now, post);
  }

  // A partition keeps its order: what was posted before one that has come back is not underway any
  // more. What is underway is not posted again, so that a partition that lags, or a broker that is
  // away, makes no timer go off twice.
  private boolean isToBePostedAgain(Post each, Instant now) {
    boolean underway = !each.isBack() && !each.since().isBefore(cameBack);
    return each.since().plus(underway ? LOST : POST_AGAIN).isBefore(now);
  }

  /** A command has come back; it counts if it was posted here, and not by the owner before. */
  void back(Command command) {
    Instant at = command.getAt();
    key(command)
        .filter(key -> posted.containsKey(key) && posted.get(key).since().equals(at))
        .ifPresent(
            key -> {
              posted.put(key, new Post(at, true));
              cameBack = cameBack.isBefore(at) ? at : cameBack;
            });
  }

  private void post(Bytes from, Bytes to, int most, Instant now, Consumer<Command> post) {
    // Those that are out count as well: no more are ever out at once, nor walked over.
    int left = most;
    try (KeyValueIterator<Bytes, byte[]> due = deadlines.range(from, to)) {
      while (due.hasNext() && left-- > 0) {
        KeyValue<Bytes, byte[]> next = due.next();
        if (!posted.containsKey(next.key)) {
          post(next, now, post);
        }
      }
    }
  }

  private void post(KeyValue<Bytes, byte[]> entry, Instant now, Consumer<Command> post) {
    Timer timer;
    try {
      timer = read(entry);
    } catch (UncheckedIOException e) {
      LOG.error("a timer cannot be read: it is looked at again in {}: {}", PUT_OFF, entry.key, e);
      putOff(entry.key, now);
      return;
    }
    if (!timer.key().equals(entry.key)) { // it was put off, and takes its own place again
      deadlines.put(timer.key(), entry.value);
      deadlines.delete(entry.key);
    }
    if (posted.putIfAbsent(timer.key(), new Post(now, false)) == null) {
      timer.command().apply(now).ifPresentOrElse(post, () -> done(timer.key()));
    }
  }

  private void done(Bytes key) {
    deadlines.delete(key);
    posted.remove(key);
  }

  private Timer read(KeyValue<Bytes, byte[]> entry) {
    if (ExpectKeys.isWake(entry.key)) {
      ExpectDesk.Wake wake = EntryCodec.decode(entry.value, ExpectDesk.Wake.class);
      Subject subject = new Subject(wake.name(), wake.key());
      return new Timer(
          ExpectKeys.wake(subject, wake.wakeAt()), now -> Optional.of(wake.command(now)));
    }
    if (StoreKeys.isWake(entry.key)) {
      ScheduleDesk.Wake wake = EntryCodec.decode(entry.value, ScheduleDesk.Wake.class);
      return new Timer(
          StoreKeys.wake(wake.flow(), wake.wakeAt()), now -> Optional.of(wake.command(now)));
    }
    RunDesk.Due due = EntryCodec.decode(entry.value, RunDesk.Due.class);
    return new Timer(StoreKeys.deadline(due.runId(), due.deadline()), now -> command(due, now));
  }

  private Optional<Command> command(RunDesk.Due due, Instant now) {
    try {
      return ofRun(due, now);
    } catch (UncheckedIOException e) {
      // Where it is decided, it is set aside with its reason.
      LOG.error("run {} cannot be read", due.runId(), e);
      return Optional.of(Outbound.deadline(due.runId(), due.deadline(), Map.of(), now));
    }
  }

  // Every run leaves the timer of its next look. Once it has ended, it is looked at here whether it
  // lacks anything; only then is there something to decide.
  private Optional<Command> ofRun(RunDesk.Due due, Instant now) {
    return switch (due.deadline().kind()) {
      case CHECK ->
          runs.apply(due.runId()).filter(record -> record.state().isTerminal()).isPresent()
                  && accountedFor.test(due.runId())
              ? Optional.empty()
              : Optional.of(Outbound.deadline(due.runId(), due.deadline(), servedUpTo.get(), now));
      // Who is not there any more was removed by a command that is still there to be read again.
      case PRUNE ->
          runs.apply(due.runId()).map(record -> Outbound.prune(due, record.submittedAt(), now));
      default -> Optional.of(Outbound.deadline(due.runId(), due.deadline(), Map.of(), now));
    };
  }

  /** Puts the timer off that posted a command which could not be decided, if a timer did. */
  void putOff(Command command, Instant now) {
    key(command).ifPresent(key -> putOff(key, now));
  }

  /** Where the timer lies that posts such a command; empty if none does. */
  private static Optional<Bytes> key(Command command) {
    Object body = command.getBody();
    if (body instanceof ExpectationDue due) {
      return Optional.of(
          ExpectKeys.wake(new Subject(command.getKey(), due.getKey()), due.getWakeAt()));
    } else if (body instanceof ScheduleDue due) {
      return Optional.of(StoreKeys.wake(command.getKey(), due.getWakeAt()));
    } else if (body instanceof DeadlineReached) {
      return deadline(command).map(deadline -> StoreKeys.deadline(command.getKey(), deadline));
    }
    return Optional.empty();
  }

  private static Optional<Deadline> deadline(Command command) {
    try {
      return Optional.of(((Input.DeadlineReached) Inbound.command(command)).deadline());
    } catch (UndecodableException e) {
      LOG.debug("of a kind that this runner does not know, so it has no such timer", e);
      return Optional.empty();
    }
  }

  private void putOff(Bytes key, Instant now) {
    byte[] timer = deadlines.get(key);
    if (timer != null) {
      deadlines.put(StoreKeys.putOff(key, now.plus(PUT_OFF)), timer);
      deadlines.delete(key);
      posted.remove(key);
    }
  }
}
