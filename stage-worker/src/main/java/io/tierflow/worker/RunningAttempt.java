package io.tierflow.worker;

import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.StageTask;
import io.tierflow.worker.isolation.HandlerCalls;
import io.tierflow.worker.memory.Room;
import io.tierflow.worker.resilience.Call;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An attempt with the call of its handler and its timetable. Used by the slot's owner thread. */
final class RunningAttempt {

  private final WorkerParts parts;
  private final Attempt attempt;
  private final Call guarded;
  private final Beginning beginning;
  private final HandlerThread.Work work;
  private final AttemptLimits limits;
  private final AttemptTimetable timetable;
  private boolean handedOver; // from then on the runner owns the lease

  private RunningAttempt(
      WorkerParts parts,
      Beginning beginning,
      HandlerThread.Work work,
      AttemptLimits limits,
      long lockedAt) {
    this.parts = parts;
    this.attempt = beginning.admitted().attempt();
    this.guarded = beginning.admitted().call();
    this.beginning = beginning;
    this.work = work;
    this.limits = limits;
    this.timetable = new AttemptTimetable(parts.clock().nano(), lockedAt, limits);
  }

  /** Starts the handler. */
  static RunningAttempt start(
      WorkerParts parts,
      HandlerThread thread,
      Admitted admitted,
      WorkerTimes times,
      long lockedAt) {
    StageTask task = admitted.attempt().task();
    Beginning beginning = new Beginning(parts.clock(), admitted);
    Room.Seat seat = thread.seat();
    HandlerThread.Work work = thread.start(() -> call(parts, seat, admitted.attempt(), beginning));
    AttemptLimits limits =
        AttemptLimits.of(task, times).within(parts.guards().timeLimit(task.getHandler()));
    return new RunningAttempt(parts, beginning, work, limits, lockedAt);
  }

  @SuppressWarnings("InterruptedExceptionSwallowed") // whatever a handler throws goes through
  private static Payload call(
      WorkerParts parts, Room.Seat seat, Attempt attempt, HandlerCalls.Witness witness)
      throws Exception {
    seat.grow(attempt.task().getMemoryBytes());
    try {
      return call(parts, attempt, witness);
    } finally {
      seat.shrink();
    }
  }

  @SuppressWarnings("InterruptedExceptionSwallowed") // whatever a handler throws goes through
  private static Payload call(WorkerParts parts, Attempt attempt, HandlerCalls.Witness witness)
      throws Exception {
    StageTask task = attempt.task();
    HandlerCalls.Result result =
        parts
            .calls()
            .call(
                new HandlerCalls.Call(
                    task.getHandler(),
                    parts.payloads().input(task),
                    attempt,
                    parts.config().maxOutputBytes(),
                    witness),
                task.getMemoryBytes());
    if (result instanceof HandlerCalls.Returned returned) {
      return parts.payloads().output(returned.contentType(), returned.output());
    }
    throw new StageException(((HandlerCalls.Failed) result).failure());
  }

  Attempt attempt() {
    return attempt;
  }

  HandlerThread.Work work() {
    return work;
  }

  AttemptLimits limits() {
    return limits;
  }

  AttemptTimetable timetable() {
    return timetable;
  }

  /** Whether its handler was called; before, it waits for memory, its input or its process. */
  boolean hasBegun() {
    return beginning.at().isPresent();
  }

  /** What is left of its run timeout, which counts from when its handler was called. */
  Duration runTimeLeft(long now) {
    Duration ran =
        Duration.ofNanos(beginning.at().isPresent() ? now - beginning.at().getAsLong() : 0);
    return limits.runLimit().orElseThrow().after().minus(ran);
  }

  boolean isHandedOver() {
    return handedOver;
  }

  /** The runner owns the lease from here. */
  void handedOver() {
    handedOver = true;
    timetable.did(AttemptTimetable.Action.HAND_OVER, parts.clock().nano());
  }

  /** How the handler ended, if it has. */
  Optional<Outcome> outcome() {
    return Optional.ofNullable(work.done.getNow(null));
  }

  /** Waits for the handler's end; false if the time was over first. */
  boolean await(long nanos) throws InterruptedException {
    if (nanos <= 0) {
      return work.done.isDone();
    }
    try {
      work.done.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a handler's call never completes exceptionally", e);
    }
  }

  /** Asks the handler to end, in the gentlest way: it may look, and finish what it has begun. */
  void ask() {
    attempt.cancel();
  }

  /** Ends the handler as firmly as can be without harm to others. */
  void cancel() {
    attempt.cancel();
    work.interrupt();
  }

  CompletableFuture<Void> publish(Outcome outcome) {
    return parts.replies().attempts().outcome(attempt, heard(outcome));
  }

  // The guards hear of it first; they may see in it the fault of what the handler calls.
  private Outcome heard(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      return new Outcome.Failed(guarded.failed(failed.failure()));
    }
    if (outcome instanceof Outcome.Succeeded) {
      guarded.succeeded();
    } else {
      guarded.close();
    }
    return outcome;
  }

  /** The guards need not wait any longer to hear how it ended. */
  void leave() {
    guarded.close();
  }

  void count(Outcome outcome) {
    parts.counters().retried(attempt.task().getHandler(), attempt.retries());
    if (outcome instanceof Outcome.Succeeded) {
      parts.counters().succeeded.incrementAndGet();
    } else if (outcome instanceof Outcome.Failed failed && !failed.failure().isGivenBack()) {
      parts.counters().failed.incrementAndGet();
      if (failed.failure().kind() == FailureKind.TIMED_OUT) {
        parts.counters().timedOut(attempt.task().getHandler());
      }
    }
  }
}
