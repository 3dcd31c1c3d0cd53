package io.tierflow.machine.expect;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one expectation. Immutable; it changes by {@link #apply} only.
 *
 * @param expectation what is expected
 * @param registration the id of the input that registered it
 * @param registeredAt when that was
 * @param due the due time that is awaited; null for none
 * @param last the newest completion since the registration, early ones included; null for none
 * @param startedAt when the work began that has not ended since; null for none
 * @param reports the newest reports, the newest last
 * @param flags those that stand, and the newest of those that were cleared; oldest first
 * @param decided the causes of the newest inputs, the newest last
 * @param removedAt null while it is expected
 */
public record ExpectState(
    Expectation expectation,
    String registration,
    Instant registeredAt,
    Instant due,
    Report last,
    Instant startedAt,
    List<Report> reports,
    List<Flag> flags,
    List<String> decided,
    Instant removedAt) {

  /** How many reports are kept. */
  public static final int MAX_REPORTS = 10;

  /** How many flags are kept, those that stand included. */
  static final int MAX_FLAGS = 12;

  /** How many inputs are known again when they come again. */
  static final int MAX_DECIDED = 64;

  /**
   * How long a success of what was expected once is shown, and how long it is known of a removed
   * one that it was: longer than any input can come again.
   */
  public static final Duration KEPT = Duration.ofDays(7);

  /** Copies the lists; null stands for an empty one. */
  public ExpectState {
    reports = reports == null ? List.of() : List.copyOf(reports);
    flags = flags == null ? List.of() : List.copyOf(flags);
    decided = decided == null ? List.of() : List.copyOf(decided);
  }

  /** Whether it is expected still. */
  public boolean isExpected() {
    return removedAt == null;
  }

  /** When the awaited completion is flagged; empty when none is awaited. */
  public Optional<Instant> limit() {
    return Optional.ofNullable(due).map(awaited -> awaited.plus(expectation.within()));
  }

  /** The flags that stand, oldest first. */
  public List<Flag> open() {
    return flags.stream().filter(Flag::isOpen).toList();
  }

  /** The flag of a failure, or that of a silence, if it stands. */
  Optional<Flag> open(boolean failure) {
    return open().stream()
        .filter(flag -> failure == (flag.reason() == Flag.Reason.REPORTED_FAILED))
        .findFirst();
  }

  /** Whether it was expected once and success has been reported. */
  public boolean isDone() {
    return expectation.isOnce() && last != null && last.status() == Report.Status.SUCCEEDED;
  }

  Optional<Report> report(String id) {
    return reports.stream().filter(report -> report.id().equals(id)).findFirst();
  }

  /** When to decide again without being asked; empty for never. */
  Optional<Instant> wakeAt() {
    if (!isExpected()) {
      return Optional.of(removedAt.plus(KEPT));
    }
    if (isDone()) {
      return Optional.of(last.at().plus(KEPT));
    }
    return open(false).isPresent() ? Optional.empty() : limit();
  }

  /** The state after a change. */
  public static ExpectState apply(Optional<ExpectState> before, ExpectEvent event) {
    return event instanceof ExpectEvent.Registered registered
        ? registered(before, registered)
        : before.orElseThrow().apply(event);
  }

  private static ExpectState registered(
      Optional<ExpectState> before, ExpectEvent.Registered registered) {
    return new ExpectState(
        registered.expectation(),
        registered.id(),
        registered.at(),
        registered.expectation().firstDue(registered.at()),
        null,
        null,
        before.map(ExpectState::reports).orElse(List.of()),
        before.map(ExpectState::flags).orElse(List.of()),
        before.map(ExpectState::decided).orElse(List.of()),
        null);
  }

  private ExpectState apply(ExpectEvent event) {
    if (event instanceof ExpectEvent.Relabelled e) {
      return with(e.expectation(), flags, decided, removedAt);
    }
    if (event instanceof ExpectEvent.Reported e) {
      return reported(e.report(), e.nextDue());
    }
    if (event instanceof ExpectEvent.Flagged e) {
      List<Flag> all = new ArrayList<>(flags);
      all.add(e.flag());
      while (all.size() > MAX_FLAGS) {
        all.remove(all.stream().filter(flag -> !flag.isOpen()).findFirst().orElseThrow());
      }
      return with(expectation, all, decided, removedAt);
    }
    if (event instanceof ExpectEvent.Cleared e) {
      List<Flag> all =
          flags.stream()
              .map(f -> f.isOpen() && f.isSame(e.flag()) ? f.cleared(e.at(), e.cause()) : f)
              .toList();
      return with(expectation, all, decided, removedAt);
    }
    if (event instanceof ExpectEvent.Removed e) {
      return with(expectation, flags, decided, e.at());
    }
    if (event instanceof ExpectEvent.Decided e) {
      return with(expectation, flags, newest(decided, e.cause(), MAX_DECIDED), removedAt);
    }
    throw new IllegalStateException("no state follows from " + event);
  }

  private ExpectState reported(Report report, Instant nextDue) {
    boolean starts = report.verdict() == Report.Verdict.NOTED;
    boolean ends = report.counts() || report.verdict() == Report.Verdict.EARLY;
    return new ExpectState(
        expectation,
        registration,
        registeredAt,
        nextDue,
        ends ? report : last,
        starts ? report.at() : ends ? null : startedAt,
        newest(reports, report, MAX_REPORTS),
        flags,
        decided,
        removedAt);
  }

  private ExpectState with(
      Expectation newExpectation, List<Flag> newFlags, List<String> newDecided, Instant removed) {
    return new ExpectState(
        newExpectation,
        registration,
        registeredAt,
        due,
        last,
        startedAt,
        reports,
        newFlags,
        newDecided,
        removed);
  }

  private static <T> List<T> newest(List<T> some, T next, int most) {
    List<T> all = new ArrayList<>(some);
    all.add(next);
    return all.subList(Math.max(0, all.size() - most), all.size());
  }
}
