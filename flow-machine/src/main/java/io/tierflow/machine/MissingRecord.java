package io.tierflow.machine;

import io.tierflow.flow.Launcher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The missing completions of a run, oldest first, cleared ones included. */
public record MissingRecord(List<Flag> flags) implements RunEntry {

  /** How many are kept: they are one entry, and a for-each may raise one per element. */
  static final int MAX_FLAGS = 1000;

  /** None yet. */
  static final MissingRecord NONE = new MissingRecord(List.of());

  /** Copies the list. */
  public MissingRecord {
    flags = flags == null ? List.of() : List.copyOf(flags);
  }

  /** Why a completion counts as missing. */
  public enum Reason {
    /**
     * No live worker serves the class that a task was sent to, or none of them has its handler and
     * memory.
     */
    NO_WORKERS,
    /** A task was not started within its queue timeout, or has begun and nobody tells of it. */
    NOT_PICKED_UP,
    /** An attempt runs longer than its run timeout, and nobody stopped it. */
    OVERDUE,
    /** A worker that held a long task fell silent. */
    HEARTBEAT_LOST,
    /** The run is past its deadline. */
    RUN_OVERDUE,
    /** The run of a schedule's due time has not ended in its time. */
    SCHEDULE_MISSED,
    /** The run has ended and a stage has not, or it goes on and nothing of it is out. */
    UNACCOUNTED
  }

  /**
   * What a task waits for that no live worker of its class offers.
   *
   * @param handler the task's
   * @param memory the bytes that the task declares; 0 for none
   * @param detail which workers lack it; empty when the class has no live worker at all
   * @param tooLarge whether it is the memory that they lack
   */
  public record Wanted(String handler, long memory, String detail, boolean tooLarge) {

    /** The handler is what they lack, if they do. */
    public Wanted(String handler, String detail) {
      this(handler, 0, detail, false);
    }

    /** Whether the same is wanted, whatever there is. */
    boolean isFor(String otherHandler, long otherMemory) {
      return handler.equals(otherHandler) && memory == otherMemory;
    }
  }

  /**
   * One missing completion.
   *
   * @param task null when it is the run as a whole
   * @param resourceClass null when it is the run as a whole
   * @param launcher who of the class is to work it; null for its pools, or the run as a whole
   * @param clearedAt null while it stands
   * @param cause the input that raised it
   * @param clearCause the input that cleared it; null while it stands
   * @param wanted what no worker offers; null where another reason raised it
   */
  public record Flag(
      Reason reason,
      TaskKey task,
      int attempt,
      String resourceClass,
      Launcher launcher,
      Instant since,
      Instant clearedAt,
      String cause,
      String clearCause,
      Wanted wanted) {

    /** One that stands; of the run as a whole where there is neither task nor attempt. */
    static Flag raised(
        Reason reason, TaskKey task, Optional<Attempt> attempt, Instant since, String cause) {
      return new Flag(
          reason,
          task,
          attempt.map(Attempt::number).orElse(0),
          attempt.map(Attempt::resourceClass).orElse(null),
          attempt.map(Attempt::launcher).orElse(null),
          since,
          null,
          cause,
          null,
          null);
    }

    /** Who of the class is to work the attempt; null when it is the run as a whole. */
    public String launcherWord() {
      return resourceClass == null ? null : (launcher == null ? Launcher.KAFKA : launcher).word();
    }

    /** The lane that the attempt was sent to; null when it is the run as a whole. */
    public String lane() {
      return launcher == null ? resourceClass : launcher.lane(resourceClass);
    }

    /** The same, with what no worker offers. */
    Flag wanting(Wanted what) {
      return new Flag(
          reason,
          task,
          attempt,
          resourceClass,
          launcher,
          since,
          clearedAt,
          cause,
          clearCause,
          what);
    }

    /** Whether its class has workers, but none with its handler and memory. */
    public boolean isLack() {
      return wanted != null && !wanted.detail().isEmpty();
    }

    /** Whether it stands. */
    public boolean isOpen() {
      return clearedAt == null;
    }

    /** Whether the other is this flag, before or after it was cleared. */
    boolean isSame(Flag other) {
      return reason == other.reason
          && attempt == other.attempt
          && Objects.equals(task, other.task)
          && since.equals(other.since);
    }

    private Flag cleared(Instant at, String by) {
      return new Flag(reason, task, attempt, resourceClass, launcher, since, at, cause, by, wanted);
    }
  }

  boolean has(Reason reason, TaskKey task, int attempt) {
    return flags.stream()
        .anyMatch(
            f -> f.reason() == reason && f.attempt() == attempt && Objects.equals(f.task(), task));
  }

  /** Whether an attempt was flagged so at that time or later, or is flagged now. */
  boolean hasSince(Reason reason, TaskKey task, int attempt, Instant time) {
    return flags.stream()
        .filter(f -> f.reason() == reason && f.attempt() == attempt)
        .filter(f -> Objects.equals(f.task(), task))
        .anyMatch(f -> f.isOpen() || !f.since().isBefore(time));
  }

  /** The flags that stand, oldest first. */
  public List<Flag> open() {
    return flags.stream().filter(Flag::isOpen).toList();
  }

  /** The flags that stand, and those that cleared after a time; oldest first. */
  public List<Flag> openOrClearedAfter(Instant time) {
    return flags.stream().filter(f -> f.isOpen() || f.clearedAt().isAfter(time)).toList();
  }

  /** The flags of a task that stand, those of a for-each's elements with the for-each's. */
  List<Flag> open(TaskKey task) {
    if (flags.isEmpty()) {
      return flags; // as nearly always, and every reply asks
    }
    return flags.stream()
        .filter(f -> f.isOpen() && f.task() != null)
        .filter(f -> f.task().equals(task) || f.task().whole().equals(task))
        .toList();
  }

  /** Whether another flag that rises is kept. */
  boolean hasRoom() {
    return flags.size() < MAX_FLAGS || flags.stream().anyMatch(f -> !f.isOpen());
  }

  /** One that is there already is not raised again. */
  MissingRecord raised(Flag flag) {
    if (flags.stream().anyMatch(flag::isSame)) {
      return this;
    }
    List<Flag> all = new ArrayList<>(flags);
    if (all.size() >= MAX_FLAGS && !all.removeIf(each -> each.clearedAt() != null)) {
      return this; // the event says it all the same
    }
    all.add(flag);
    return new MissingRecord(all);
  }

  /** What an input raised. */
  List<Flag> raisedBy(String cause) {
    return flags.stream().filter(f -> cause.equals(f.cause())).toList();
  }

  /** What an input cleared. */
  List<Flag> clearedBy(String cause) {
    return flags.stream().filter(f -> cause.equals(f.clearCause())).toList();
  }

  /** One that is cleared already stays so. */
  MissingRecord cleared(Flag flag, Instant at, String by) {
    return new MissingRecord(
        flags.stream().map(f -> f.isOpen() && f.isSame(flag) ? f.cleared(at, by) : f).toList());
  }
}
