package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.schemas.StopReason;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over one attempt until it is settled: keeps its lease, or hands it over to the runner,
 * tells of it, and ends it when its time is over or its lease is lost. Lives on the slot's owner
 * thread, while the handler runs on a thread of its own.
 */
final class Supervision {

  private static final Logger log = LoggerFactory.getLogger(Supervision.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** How long a handler has from being asked to end until it is interrupted. */
  private static final Duration ASKED = Duration.ofMillis(300);

  /** How soon the end of the grace time is noticed. */
  private static final long LONGEST_WAIT = Duration.ofSeconds(1).toNanos();

  /** What is due again, one interval after it was done. */
  private static final Set<AttemptTimetable.Action> REPEATED =
      EnumSet.of(
          AttemptTimetable.Action.RENEW,
          AttemptTimetable.Action.HEARTBEAT,
          AttemptTimetable.Action.CHECK_WINDOW);

  private final WorkerParts parts;
  private final RunningAttempt running;
  private final AttemptTimetable timetable;
  private final Lease lease;
  private final StopOrders.Watch watch;
  private final CompletableFuture<Object> endOrStop;

  /**
   * Begins to watch.
   *
   * @param watch tells when the attempt no longer counts
   */
  Supervision(WorkerParts parts, RunningAttempt running, Lease lease, StopOrders.Watch watch) {
    this.parts = parts;
    this.running = running;
    this.timetable = running.timetable();
    this.lease = lease;
    this.watch = watch;
    this.endOrStop = CompletableFuture.anyOf(running.work().done, watch.stopped());
  }

  /** Returns when the attempt is settled; its handler may still run if it ignores interrupts. */
  void run() throws InterruptedException {
    boolean open = true;
    while (open) {
      Optional<Outcome> outcome = running.outcome();
      if (outcome.isPresent()) {
        conclude(outcome.get());
        open = false;
      } else if (watch.stopped().isDone()) {
        stop(watch.stopped().join());
        open = false;
      } else if (parts.stop().isGraceOver() || isNotToBegin()) {
        giveBack();
        open = false;
      } else {
        open = step();
      }
    }
  }

  // While the worker stops, what waits for memory or a process is for another one.
  private boolean isNotToBegin() {
    return parts.stop().isStopping() && !running.hasBegun();
  }

  /** Does what is due, or waits; false once the attempt is settled. */
  private boolean step() throws InterruptedException {
    long now = parts.clock().nano();
    Optional<AttemptTimetable.Action> due = timetable.due(now);
    if (due.isEmpty()) {
      awaitEndOrStop(Math.min(timetable.nanosToNext(now), LONGEST_WAIT));
      return true;
    }
    AttemptTimetable.Action action = due.get();
    boolean open =
        switch (action) {
          case TIME_OUT -> timeOut(now);
          case HAND_OVER -> handOver();
          case RENEW -> lease.renew() || lost("its lock could not be renewed");
          case HEARTBEAT -> tell(parts.replies().attempts().heartbeat(running.attempt()));
          case STARTED -> started(now);
          case CHECK_WINDOW -> checkWindow();
        };
    if (open && REPEATED.contains(action)) {
      timetable.did(action, parts.clock().nano());
    }
    return open;
  }

  private void awaitEndOrStop(long nanos) throws InterruptedException {
    try {
      endOrStop.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return; // something is due
    } catch (ExecutionException e) {
      throw new IllegalStateException("neither ends exceptionally", e);
    }
  }

  // Nobody waits for a word of it: the runner counts it no more, and one whose state a crash set
  // back must not take it for this stage's failure.
  private void stop(StopReason why) throws InterruptedException {
    log.info("{} no longer counts ({}): its work is stopped", running.attempt(), why);
    parts.counters().stopped.incrementAndGet();
    if (!running.isHandedOver()) {
      lease.accept();
    }
    running.ask();
    running.await(ASKED.toNanos()); // then whoever began it cancels it
  }

  private boolean started(long now) {
    if (!running.hasBegun()) { // it waits for a process, for example
      timetable.postpone(AttemptTimetable.Action.STARTED, now, running.limits().startedAfter());
      return true;
    }
    timetable.did(AttemptTimetable.Action.STARTED, now);
    return tell(parts.replies().attempts().started(running.attempt(), running.limits().handOver()));
  }

  private boolean timeOut(long now) throws InterruptedException {
    Duration left = running.runTimeLeft(now);
    if (left.compareTo(Duration.ZERO) > 0) { // its handler began later than it did
      timetable.postpone(AttemptTimetable.Action.TIME_OUT, now, left);
      return true;
    }
    running.cancel();
    conclude(
        new Outcome.Failed(
            Failure.of(
                FailureKind.TIMED_OUT, running.limits().runLimit().orElseThrow().exceeded())));
    return false;
  }

  private boolean handOver() throws InterruptedException {
    Duration heartbeatTimeout = running.limits().heartbeatTimeout();
    if (!Confirmations.await(
        parts.replies().attempts().handedOver(running.attempt(), heartbeatTimeout))) {
      timetable.postpone(AttemptTimetable.Action.HAND_OVER, parts.clock().nano(), RETRY);
      return true;
    }
    // Only now: before, a crash would have left the attempt with no owner at all.
    if (!lease.accept()) {
      return lost("the broker did not take its acceptance at the hand-over");
    }
    running.handedOver();
    return true;
  }

  private boolean checkWindow() {
    if (parts.window().isHigh(lease.partition(), lease.offset())) {
      timetable.handOverNow();
    }
    return true;
  }

  /** News that nothing depends on: a lost one is only reported here. */
  private boolean tell(CompletableFuture<Void> sent) {
    var unused =
        sent.whenComplete(
            (done, error) -> {
              if (error != null) {
                log.warn("news of {} was not taken: {}", running.attempt(), error.toString());
              }
            });
    return true;
  }

  private boolean lost(String why) {
    log.warn("lost the lease of {}: {}; its work is cancelled", running.attempt(), why);
    running.cancel();
    return false;
  }

  private void giveBack() throws InterruptedException {
    running.cancel();
    if (running.isHandedOver()) {
      // No slot can take it any more: only the runner can send it again, as soon as it knows.
      conclude(new Outcome.Failed(Failure.givenBack("its worker was stopped while the task ran")));
    } else {
      lease.release();
    }
  }

  private void conclude(Outcome how) throws InterruptedException {
    boolean handedOver = running.isHandedOver();
    boolean confirmed = Confirmations.await(running.publish(how));
    // Once handed over, nobody else repeats the work soon: telling the outcome is worth more tries.
    while (!confirmed && handedOver && !parts.stop().isStopping()) {
      parts.stop().pause(RETRY);
      confirmed = Confirmations.await(running.publish(how));
    }
    if (confirmed) {
      running.count(how);
    }
    if (!handedOver) {
      if (confirmed) {
        lease.accept();
      } else {
        lease.release();
      }
    }
  }
}
