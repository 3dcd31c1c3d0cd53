package io.tierflow.machine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Stage;
import io.tierflow.machine.Decision.Outcome;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides what follows from one input to one run. Pure: it reads the run's entries and gives a
 * {@link Decision}; writing and sending are the caller's.
 *
 * <p>Every input may come again, after any crash, with the entries ahead of or behind what was
 * sent:
 *
 * <ul>
 *   <li>An input whose change is already made sends again whatever it once caused that has not come
 *       back, and writes again the entries it touched.
 *   <li>What an input itself caused never counts against it: a run that ended by this very reply
 *       still takes it.
 *   <li>Counts are never trusted across a recovery: they are made anew from the elements.
 * </ul>
 */
public final class RunMachine {

  private RunMachine() {}

  /**
   * Decides one input.
   *
   * @param plan the flow version this run follows
   * @param entries the run as stored; nothing in it changes
   * @param now the runner's clock
   */
  public static Decision decide(
      String runId, Plan plan, RunEntries entries, Input input, Instant now) {
    return decide(runId, plan, entries, input, now, now);
  }

  /**
   * The same for an input that may have lain.
   *
   * @param now the time of the input: what is decided depends on it alone
   * @param read the clock of the runner that reads it now: it is kept as when tasks were sent
   */
  public static Decision decide(
      String runId, Plan plan, RunEntries entries, Input input, Instant now, Instant read) {
    Scratch run = new Scratch(runId, plan, entries, now, read, Cause.of(input));
    if (input instanceof Input.Submit submit) {
      return submit(run, submit);
    }
    if (run.run().isEmpty()) {
      return run.decided(Outcome.UNKNOWN_RUN);
    }
    if (input instanceof Input.Cancel cancel) {
      return cancel(run, cancel.reason());
    }
    if (input instanceof Input.Pause) {
      return Pauses.pause(run);
    }
    if (input instanceof Input.Resume) {
      return Pauses.resume(run);
    }
    if (input instanceof Input.Release release) {
      return release.turns().isEmpty() ? Holds.release(run) : Holds.turns(run, release.turns());
    }
    if (input instanceof Input.PoolGone gone) {
      return NoWorkers.gone(run, gone);
    }
    if (input instanceof Input.PoolBack back) {
      return NoWorkers.back(run, back);
    }
    if (input instanceof Input.DeadlineReached reached) {
      return Deadlines.reached(run, reached);
    }
    return reply(run, (Input.Reply) input);
  }

  /**
   * The newest attempt of a task, as it was sent.
   *
   * @throws java.util.NoSuchElementException if the task was never sent
   */
  public static TaskOrder newestOrder(
      String runId, Plan plan, RunEntries entries, TaskKey task, Instant now) {
    Scratch run = new Scratch(runId, plan, entries, now, Cause.of(new Input.Cancel("")));
    return Advance.order(run, task, run.stage(task).flatMap(StageRecord::current).orElseThrow());
  }

  /**
   * A whole stage that failed before an attempt of it was sent, as it would have been sent: attempt
   * 0.
   */
  public static TaskOrder unsentOrder(
      String runId, Plan plan, RunEntries entries, TaskKey task, Instant now) {
    Scratch run = new Scratch(runId, plan, entries, now, Cause.of(new Input.Cancel("")));
    return new TaskOrder(
        task, 0, run.resourceClass(task), plan.stage(task), run.data().input(task), now, false);
  }

  /**
   * Whether every pipeline and stage of a run that has ended has an end of its own; one that lacks
   * some is flagged by its next look. Reads an entry for each.
   */
  public static boolean isAccountedFor(Plan plan, RunEntries entries) {
    return Audit.isComplete(plan, entries);
  }

  private static Decision submit(Scratch run, Input.Submit submit) {
    if (run.run().isPresent()) {
      run.again(submitted(run, submit));
      if (run.get(EntryKey.INPUT).isEmpty()) {
        run.put(EntryKey.INPUT, submit.input());
      }
      submit.replay().ifPresent(replay -> Evolution.take(replay, run));
      return repeated(run);
    }
    run.emit(submitted(run, submit));
    Deadlines.ofRun(run).forEach(run::keep);
    run.keep(Checks.next(run, run.now));
    Advance.everything(run);
    return run.decided(Outcome.ACCEPTED);
  }

  private static Event submitted(Scratch run, Input.Submit submit) {
    return new Event.RunSubmitted(
        run.plan.flow().name(),
        run.plan.version(),
        submit.labels(),
        submit.input(),
        submit.replay(),
        submit.budgets(),
        Escalations.learned(run.plan, submit.learned()),
        submit.priority().orElse(run.plan.flow().priority()));
  }

  private static Decision cancel(Scratch run, String reason) {
    RunRecord record = run.run().orElseThrow();
    if (record.state().isTerminal()) {
      if (!run.cause.equals(record.cause())) {
        return run.decided(Outcome.STALE);
      }
      Repeats.sendAgain(run);
      return run.decided(Outcome.REPEATED);
    }
    Advance.cancelEverything(run, reason);
    return run.decided(Outcome.ACCEPTED);
  }

  private static Decision reply(Scratch run, Input.Reply reply) {
    Optional<StageRecord> found =
        run.plan.find(reply.task()).isEmpty() ? Optional.empty() : run.stage(reply.task());
    if (found.isEmpty()) {
      return stale(run, reply);
    }
    if (reply.task().isElement()) {
      FanOuts.trustCounts(run, reply.task().whole());
    }
    StageRecord record = run.stage(reply.task()).orElseThrow();
    Optional<Attempt> attempt = record.attempt(reply.attempt());
    Optional<Attempt.Ending> ending = ending(reply);
    if (attempt.isEmpty()) {
      return stale(run, reply);
    }
    if (ending.isPresent() && attempt.get().endedBy(ending.get())) {
      Repeats.subject(run, reply.task(), attempt.get());
      if (record.current().filter(attempt.get()::equals).isPresent()) {
        NoWorkers.clearAnswered(run, reply); // that may be lost where its change is not
      }
      return repeated(run);
    }
    boolean current = record.current().filter(attempt.get()::equals).isPresent();
    if (!current || attempt.get().state().isTerminal() || isClosed(run, reply.task())) {
      boolean lateWord = ending.isEmpty() && reply.worker().equals(attempt.get().worker());
      return lateWord ? run.decided(Outcome.STALE) : stale(run, reply);
    }
    if (attempt.get().state() == StageState.HELD && ending.isEmpty()) {
      // It was sent once, before a crash that lost this. Its worker's last word may have come and
      // gone already, so only that last word counts, and it is sent when nothing holds it any more.
      return run.decided(Outcome.STALE);
    }
    accept(run, reply);
    return run.decided(Outcome.ACCEPTED);
  }

  private static void accept(Scratch run, Input.Reply reply) {
    TaskKey task = reply.task();
    if (reply instanceof Input.Started started) {
      if (run.stage(task).flatMap(StageRecord::current).filter(started::isOf).isPresent()) {
        Repeats.flags(run); // it may come again after a crash that lost what it cleared
      }
      run.emit(
          new Event.TaskStarted(
              task,
              started.attempt(),
              started.worker(),
              started.startedAt(),
              started.handedOver(),
              started.handOverAfter()));
      Deadlines.clearMissing(run, task);
      started.handedOver().ifPresent(timeout -> Deadlines.keepHeartbeat(run, task));
    } else if (reply instanceof Input.Heartbeat beat) {
      run.emit(new Event.TaskProgressed(task, beat.attempt(), beat.fraction(), beat.message()));
    } else if (reply instanceof Input.Succeeded succeeded) {
      run.emit(
          new Event.TaskSucceeded(
              task, succeeded.attempt(), ending(reply).orElseThrow(), succeeded.output()));
      Deadlines.clearMissing(run, task);
      Advance.after(run, task);
    } else if (reply instanceof Input.Failed failed) {
      NoWorkers.clearAnswered(run, reply);
      failed(run, task, failed.attempt(), ending(reply).orElseThrow());
      if (run.stage(task).orElseThrow().state().isTerminal()) {
        Deadlines.clearMissing(run, task);
      }
    }
  }

  /** An attempt failed, by its worker's word or the runner's: try again or give the stage up. */
  static void failed(Scratch run, TaskKey task, int attempt, Attempt.Ending ending) {
    Attempt before = run.stage(task).orElseThrow().attempt(attempt).orElseThrow();
    run.emit(new Event.TaskFailed(task, attempt, before.completed(ending)));
    StageRecord record = run.stage(task).orElseThrow();
    Failure failure = ending.failure();
    Stage stage = run.plan.stage(task);
    Escalations.of(run.plan, task, record.attempt(attempt).orElseThrow()).ifPresent(run::emit);
    Optional<Retries.Again> again =
        failure.kind() == FailureKind.CANCELLED
            ? Optional.empty()
            : Retries.after(stage, task.taskId(run.runId), record, failure);
    boolean late =
        again.isPresent()
            && Totals.end(stage, record)
                .filter(end -> !run.now.plus(again.get().delay()).isBefore(end))
                .isPresent();
    if (again.isEmpty() || late) {
      givenUp(run, task, late ? Totals.last(stage, failure) : failure);
    } else if (again.get().delay().isZero() && !run.isPaused()) {
      Advance.dispatch(run, task, attempt + 1, again.get().resourceClass());
    } else {
      StageRecord.Retry retry =
          new StageRecord.Retry(
              attempt + 1, again.get().resourceClass(), run.now.plus(again.get().delay()));
      run.emit(new Event.RetryScheduled(task, retry));
      run.keep(Deadlines.ofRetry(task, retry));
    }
  }

  /** A task has failed for good, and nobody misses it any more. */
  static void givenUp(Scratch run, TaskKey task, Failure failure) {
    run.emit(new Event.StageFailed(task, failure));
    Deadlines.clearMissing(run, task);
    Advance.after(run, task);
  }

  /** Makes up for what an earlier decision on this same input may have left undone. */
  static Decision repeated(Scratch run) {
    Repeats.sendAgain(run);
    Optional<TaskKey> task = run.task();
    if (task.isEmpty()) {
      Advance.everything(run);
    } else if (run.stage(task.get()).orElseThrow().state().isTerminal()) {
      Advance.after(run, task.get());
    }
    return run.decided(Outcome.REPEATED);
  }

  /** Whether nothing may happen to this task any more. */
  static boolean isClosed(Scratch run, TaskKey task) {
    return run.run().orElseThrow().state().isTerminal()
        || run.pipeline(task.pipeline()).filter(p -> p.state().isTerminal()).isPresent()
        || (task.isElement()
            && run.stage(task.whole()).filter(s -> s.state().isTerminal()).isPresent());
  }

  private static Decision stale(Scratch run, Input.Reply reply) {
    run.emit(new Event.ReplyIgnored(reply.task(), reply.attempt(), reply.worker()));
    return run.decided(Outcome.STALE);
  }

  private static Optional<Attempt.Ending> ending(Input.Reply reply) {
    if (reply instanceof Input.Succeeded s) {
      return Optional.of(
          new Attempt.Ending(s.worker(), s.startedAt(), s.endedAt(), s.peakMemoryBytes(), null));
    }
    if (reply instanceof Input.Failed f) {
      return Optional.of(
          new Attempt.Ending(
              f.worker(), f.startedAt(), f.endedAt(), f.peakMemoryBytes(), f.failure()));
    }
    return Optional.empty();
  }
}
