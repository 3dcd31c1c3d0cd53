package io.tierflow.machine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
    /** A task was not started within its queue timeout. */
    NOT_PICKED_UP,
    /** An attempt runs longer than its run timeout, and nobody stopped it. */
    OVERDUE,
    /** A worker that held a long task fell silent. */
    HEARTBEAT_LOST,
    /** The run is past its deadline. */
    RUN_OVERDUE,
    /** The run of a schedule's due time has not ended in its time. */
    SCHEDULE_MISSED
  }

  /**
   * One missing completion.
   *
   * @param task null when it is the run as a whole
   * @param resourceClass null when it is the run as a whole
   * @param clearedAt null while it stands
   * @param cause the input that raised it
   * @param clearCause the input that cleared it; null while it stands
   */
  public record Flag(
      Reason reason,
      TaskKey task,
      int attempt,
      String resourceClass,
      Instant since,
      Instant clearedAt,
      String cause,
      String clearCause) {}

  boolean has(Reason reason, TaskKey task, int attempt) {
    return flags.stream()
        .anyMatch(
            f ->
                f.reason() == reason
                    && f.attempt() == attempt
                    && java.util.Objects.equals(f.task(), task));
  }

  boolean anyOpen(TaskKey task) {
    return flags.stream()
        .anyMatch(f -> f.clearedAt() == null && java.util.Objects.equals(f.task(), task));
  }

  /** What the standing flags are about, each once; empty for the run as a whole. */
  Set<Optional<TaskKey>> open() {
    return flags.stream()
        .filter(f -> f.clearedAt() == null)
        .map(f -> Optional.ofNullable(f.task()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  MissingRecord raised(Flag flag) {
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

  /** What the flags that an input cleared are about, each once. */
  Set<Optional<TaskKey>> clearedBy(String cause) {
    return flags.stream()
        .filter(f -> cause.equals(f.clearCause()))
        .map(f -> Optional.ofNullable(f.task()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  MissingRecord cleared(TaskKey task, Instant at, String by) {
    return new MissingRecord(
        flags.stream()
            .map(
                f ->
                    f.clearedAt() == null && java.util.Objects.equals(f.task(), task)
                        ? new Flag(
                            f.reason(),
                            f.task(),
                            f.attempt(),
                            f.resourceClass(),
                            f.since(),
                            at,
                            f.cause(),
                            by)
                        : f)
            .toList());
  }
}
