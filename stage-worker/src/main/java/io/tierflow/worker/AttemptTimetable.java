package io.tierflow.worker;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * When what is to be done for a running attempt. It knows no clock: every method is given a steady
 * count of nanoseconds. Used by one thread.
 */
final class AttemptTimetable {

  /** What can be due, the most urgent first. */
  enum Action {
    /** The run timeout is over. */
    TIME_OUT,
    /** The runner is to take over the lease. */
    HAND_OVER,
    /** The broker's lock is to be renewed. */
    RENEW,
    /** The runner, owning the lease, is to hear of the attempt. */
    HEARTBEAT,
    /** The attempt outlived the moment after which its start is told. */
    STARTED,
    /** Look whether later tasks pile up behind this one. */
    CHECK_WINDOW
  }

  private static final long NEVER = Long.MAX_VALUE;
  private static final long WINDOW_INTERVAL = Duration.ofSeconds(1).toNanos();
  private static final long MIN_HEARTBEAT = Duration.ofMillis(100).toNanos();

  private final long begin;
  private final long renewInterval;
  private final long heartbeatInterval;
  private final Map<Action, Long> dueIn = new EnumMap<>(Action.class); // since begin

  /**
   * Starts the timetable.
   *
   * @param begin when the attempt began
   * @param lockedAt when the broker's lock was taken: before the beginning for later ones of a
   *     batch
   * @param limits the durations that count for this attempt
   */
  AttemptTimetable(long begin, long lockedAt, AttemptLimits limits) {
    this.begin = begin;
    this.renewInterval = limits.lock().toNanos() / 3;
    this.heartbeatInterval = Math.max(MIN_HEARTBEAT, limits.heartbeatTimeout().toNanos() / 3);
    set(Action.TIME_OUT, limits.runLimit().map(limit -> limit.after().toNanos()).orElse(NEVER));
    set(Action.HAND_OVER, limits.handOver().toNanos());
    set(Action.RENEW, lockedAt - begin + renewInterval);
    set(Action.HEARTBEAT, NEVER);
    set(Action.STARTED, limits.startedAfter().toNanos());
    set(Action.CHECK_WINDOW, WINDOW_INTERVAL);
  }

  /** The most urgent of what is due. */
  Optional<Action> due(long now) {
    return dueIn.entrySet().stream() // in the order of the actions: the most urgent first
        .filter(each -> each.getValue() <= now - begin)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Nanoseconds until something is due; 0 if something is. */
  long nanosToNext(long now) {
    long next = NEVER;
    for (long each : dueIn.values()) {
      next = Math.min(next, each);
    }
    return next == NEVER ? NEVER : Math.max(0, next - (now - begin));
  }

  /** Notes that an action was done, and when, so that its next time is known. */
  void did(Action action, long now) {
    long elapsed = now - begin;
    switch (action) {
      case TIME_OUT, STARTED -> set(action, NEVER);
      case RENEW -> set(action, elapsed + renewInterval);
      case HEARTBEAT -> set(action, elapsed + heartbeatInterval);
      case CHECK_WINDOW -> set(action, elapsed + WINDOW_INTERVAL);
      case HAND_OVER -> {
        set(Action.HAND_OVER, NEVER);
        set(Action.RENEW, NEVER);
        set(Action.STARTED, NEVER);
        set(Action.CHECK_WINDOW, NEVER);
        set(Action.HEARTBEAT, elapsed + heartbeatInterval);
      }
    }
  }

  /** Puts an action off that could not be done now. */
  void postpone(Action action, long now, Duration time) {
    set(action, now - begin + time.toNanos());
  }

  /** Makes the hand-over due at once, unless it is done. */
  void handOverNow() {
    if (dueIn.get(Action.HAND_OVER) != NEVER) {
      set(Action.HAND_OVER, 0);
    }
  }

  private void set(Action action, long value) {
    dueIn.put(action, value);
  }
}
