package io.tierflow.machine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Launcher;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One attempt of a task.
 *
 * @param number from 1
 * @param state HELD, QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED
 * @param resourceClass the class it was sent to
 * @param launcher who of the class works it; null for its pools
 * @param cause the input that sent it
 * @param worker who said that it works on it; null until then
 * @param startedAt the worker's clock; null until it is known
 * @param endedAt the worker's clock; null until it is known
 * @param peakMemoryBytes null when it was not measured
 * @param failure null unless it failed
 * @param lease set while the runner owns the lease, else null: the broker's lock is the lease
 * @param heldFor why it is HELD; null otherwise, and in what an earlier runner held for a pause
 * @param handOver how long after its start its worker has the runner take over the lease; null
 *     unless it runs and its worker has said so
 * @param sentAt the clock of the runner that sent it, where what it was sent by had lain for long;
 *     else null: it was sent when it was queued
 */
public record Attempt(
    int number,
    StageState state,
    String resourceClass,
    Launcher launcher,
    String cause,
    Instant queuedAt,
    String worker,
    Instant startedAt,
    Instant endedAt,
    Long peakMemoryBytes,
    Failure failure,
    Lease lease,
    Hold heldFor,
    Duration handOver,
    Instant sentAt) {

  /** What has lain for less has not lain for long. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /**
   * The runner's hold on an attempt that was handed over.
   *
   * @param timeout the silence after which the worker counts as lost
   * @param lastHeard when the runner last heard of it, the runner's clock
   */
  public record Lease(Duration timeout, Instant lastHeard) {
    Instant dueAt() {
      return lastHeard.plus(timeout);
    }
  }

  static Attempt queued(int number, String resourceClass, Instant at, String cause) {
    return waiting(number, StageState.QUEUED, resourceClass, at, cause, null);
  }

  static Attempt held(Event.TaskHeld held, Instant at, String cause) {
    return waiting(held.attempt(), StageState.HELD, held.resourceClass(), at, cause, held.reason());
  }

  private static Attempt waiting(
      int number, StageState state, String resourceClass, Instant at, String cause, Hold held) {
    return new Attempt(
        number,
        state,
        resourceClass,
        null,
        cause,
        at,
        null,
        null,
        null,
        null,
        null,
        null,
        held,
        null,
        null);
  }

  /** The same attempt by this launcher. */
  Attempt by(Launcher other) {
    return with(other == Launcher.KAFKA ? null : other, handOver, sentAt);
  }

  /** The same attempt, of which its worker has said when it hands it over; null if it has not. */
  Attempt handedOverAfter(Duration time) {
    return with(launcher, time, sentAt);
  }

  /** The same attempt, which was sent only then. */
  Attempt sentOnlyAt(Instant then) {
    return then.isAfter(queuedAt.plus(AT_ONCE)) ? with(launcher, handOver, then) : this;
  }

  /** When its task was last sent, by the clock of the runner that sent it. */
  public Instant sent() {
    return sentAt == null ? queuedAt : sentAt;
  }

  private Attempt with(Launcher newLauncher, Duration newHandOver, Instant newSentAt) {
    return new Attempt(
        number,
        state,
        resourceClass,
        newLauncher,
        cause,
        queuedAt,
        worker,
        startedAt,
        endedAt,
        peakMemoryBytes,
        failure,
        lease,
        heldFor,
        newHandOver,
        newSentAt);
  }

  /** Where it was sent: the lane of its class and launcher. */
  public String lane() {
    return launcher == null ? resourceClass : launcher.lane(resourceClass);
  }

  /** Why it is held, if it is. */
  public Optional<Hold> hold() {
    return state == StageState.HELD
        ? Optional.of(heldFor == null ? Hold.PAUSE : heldFor)
        : Optional.empty();
  }

  /** Whether it has begun and was not handed over: the broker's lock is its lease. */
  public boolean isUnderItsLock() {
    return state == StageState.RUNNING && lease == null;
  }

  Attempt running(String by, Instant since, Lease held) {
    return new Attempt(
        number,
        StageState.RUNNING,
        resourceClass,
        launcher,
        cause,
        queuedAt,
        by,
        since,
        null,
        null,
        null,
        held,
        null,
        null,
        sentAt);
  }

  Attempt heard(Instant at) {
    return lease == null ? this : running(worker, startedAt, new Lease(lease.timeout(), at));
  }

  /**
   * When it began, by its worker's clock; that may be behind, but it was not before it was sent.
   */
  Instant began() {
    return startedAt.isBefore(queuedAt) ? queuedAt : startedAt;
  }

  /** How it ended, with what is known of it already where that does not say. */
  Ending completed(Ending how) {
    return new Ending(
        how.worker() == null ? worker : how.worker(),
        how.startedAt() == null ? startedAt : how.startedAt(),
        how.endedAt(),
        how.peakMemoryBytes(),
        how.failure());
  }

  Attempt ended(StageState end, Ending told) {
    Ending how = completed(told);
    return new Attempt(
        number,
        end,
        resourceClass,
        launcher,
        cause,
        queuedAt,
        how.worker(),
        how.startedAt(),
        how.endedAt(),
        how.peakMemoryBytes(),
        how.failure(),
        null,
        null,
        null,
        sentAt);
  }

  /**
   * How an attempt ended, as its worker or the runner tells it.
   *
   * @param worker null when the runner gave it up; its event names the last that began it
   * @param startedAt null when that is not known
   * @param peakMemoryBytes null when it was not measured
   * @param failure null when it succeeded
   */
  public record Ending(
      String worker, Instant startedAt, Instant endedAt, Long peakMemoryBytes, Failure failure) {}

  /** Whether it was put off rather than tried, or given back. */
  boolean wasDeferred() {
    return failure != null && failure.kind() == FailureKind.DEFERRED;
  }

  /** Whether it was put off, by what may do so again and again. */
  boolean wasPutOff() {
    return wasDeferred() && !failure.isGivenBack();
  }

  /** How it ended, once it has. */
  Ending ending() {
    return new Ending(worker, startedAt, endedAt, peakMemoryBytes, failure);
  }

  /** Whether this is the very report that ended the attempt, seen again. */
  boolean endedBy(Ending report) {
    return state == (report.failure() == null ? StageState.SUCCEEDED : StageState.FAILED)
        && endedAt != null
        && endedAt.equals(report.endedAt())
        && Objects.equals(worker, report.worker());
  }
}
