package io.tierflow.machine;

import io.tierflow.machine.RunData.InvalidInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The only place where a run's entries change: each event makes of them what it says. */
final class Evolution {

  private Evolution() {}

  static void apply(Event event, Scratch run) {
    if (event instanceof Event.RunSubmitted e) {
      submitted(e, run);
    } else if (event instanceof Event.PipelineStarted e) {
      run.put(EntryKey.of(e.pipeline()), PipelineRecord.started(run.now, run.cause));
    } else if (event instanceof Event.FanOutStarted e) {
      run.put(
          EntryKey.of(e.task()),
          run.stage(e.task()).orElse(StageRecord.waiting(null)).fannedOut(e.total(), run.cause));
      createElements(e.task(), Set.of(), run);
    } else if (event instanceof Event.FanOutRecounted e) {
      recounted(e, run);
    } else if (event instanceof Event.ElementsReused e) {
      change(run, e.task(), whole -> whole.counting(e.counts()));
    } else if (event instanceof Event.FanOutHeld e) {
      change(run, e.task(), whole -> whole.counting(whole.fanOut().held(e.reason())));
    } else if (event instanceof Event.FanOutReleased e) {
      change(run, e.task(), whole -> whole.counting(whole.fanOut().held(null)));
    } else if (event instanceof Event.TaskDispatched e) {
      sent(
          run,
          e.task(),
          e.sentBy(),
          Attempt.queued(e.attempt(), e.resourceClass(), run.now, run.cause)
              .by(run.plan.stage(e.task()).launcher())
              .sentOnlyAt(run.read));
    } else if (event instanceof Event.TaskHeld e) {
      sent(
          run,
          e.task(),
          e.sentBy(),
          Attempt.held(e, run.now, run.cause).by(run.plan.stage(e.task()).launcher()));
    } else if (event instanceof Event.TaskStarted e) {
      started(e, run);
    } else if (event instanceof Event.TaskProgressed e) {
      progressed(e, run);
    } else if (event instanceof Event.TaskSucceeded e) {
      succeeded(e, run);
    } else if (event instanceof Event.TaskFailed e) {
      change(
          run,
          e.task(),
          record ->
              record.with(
                  StageState.RETRYING,
                  record.attempt(e.attempt()).orElseThrow().ended(StageState.FAILED, e.ending())));
    } else if (event instanceof Event.TaskEscalated) {
      return; // the next attempt has it
    } else if (event instanceof Event.RetryScheduled e) {
      change(run, e.task(), record -> record.retrying(e.retry(), run.cause));
    } else if (event instanceof Event.StageSkipped e) {
      run.put(
          EntryKey.of(e.task()),
          run.stage(e.task())
              .orElse(StageRecord.waiting(null))
              .ended(StageState.SKIPPED, null, run.cause));
    } else if (event instanceof Event.StageSucceeded e) {
      change(run, e.task(), record -> record.succeeded(null, run.cause));
    } else if (event instanceof Event.StageFailed e) {
      stageFailed(e, run);
    } else if (event instanceof Event.StageCancelled e) {
      run.put(
          EntryKey.of(e.task()),
          run.stage(e.task())
              .orElse(StageRecord.waiting(null))
              .ended(StageState.CANCELLED, null, run.cause));
    } else if (event instanceof Event.PipelineEnded e) {
      run.put(
          EntryKey.of(e.pipeline()),
          run.pipeline(e.pipeline())
              .map(record -> record.ended(e.state(), run.now, run.cause))
              .orElseGet(() -> PipelineRecord.neverStarted(e.state(), run.now, run.cause)));
    } else if (event instanceof Event.RunEnded e) {
      run.put(
          EntryKey.RUN, run.run().orElseThrow().ended(e.state(), e.failure(), run.now, run.cause));
    } else if (event instanceof Event.RunPaused) {
      run.put(EntryKey.RUN, run.run().orElseThrow().in(RunState.PAUSED));
    } else if (event instanceof Event.RunResumed) {
      run.put(EntryKey.RUN, run.run().orElseThrow().goesOn(run.now));
    } else if (event instanceof Event.MissingFlagged e) {
      run.put(EntryKey.MISSING, run.missing().raised(e.flag()));
    } else if (event instanceof Event.MissingCleared e) {
      run.put(EntryKey.MISSING, run.missing().cleared(e.flag(), run.now, run.cause));
    } else if (event instanceof Event.ReplyIgnored) {
      run.put(EntryKey.RUN, run.run().orElseThrow().oneMoreStale());
    } else {
      throw new IllegalStateException("an event that changes nothing: " + event);
    }
  }

  private static void submitted(Event.RunSubmitted e, Scratch run) {
    run.put(
        EntryKey.RUN,
        new RunRecord(
            e.flow(),
            e.version(),
            run.isFlowPaused() ? RunState.QUEUED : RunState.RUNNING,
            e.labels(),
            run.now,
            run.isFlowPaused() ? null : run.now,
            null,
            null,
            null,
            0,
            e.replay().map(Replay::of).orElse(null),
            Escalations.classes(e.learned(), e.replay()),
            e.budgets(),
            e.priority()));
    run.put(EntryKey.INPUT, e.input());
    e.replay().ifPresent(replay -> take(replay, run));
  }

  /** What a replay brings along, where it is not there yet. */
  static void take(Replay replay, Scratch run) {
    replay
        .reused()
        .forEach(
            (task, output) ->
                bring(run, task, StageRecord.waiting(null).succeeded(output, run.cause)));
    replay.inputs().forEach((task, input) -> bring(run, task, StageRecord.waiting(input)));
    replay
        .elements()
        .forEach((task, had) -> bring(run, task, StageRecord.waiting(null).reusing(had)));
    replay
        .leftOut()
        .forEach(
            task ->
                bring(
                    run,
                    task,
                    StageRecord.waiting(null).ended(StageState.SKIPPED, null, run.cause)));
  }

  private static void bring(Scratch run, TaskKey task, StageRecord record) {
    if (run.stage(task).isEmpty()) {
      run.put(EntryKey.of(task), record);
    } else {
      run.touch(EntryKey.of(task));
    }
  }

  private static void sent(Scratch run, TaskKey task, Optional<TaskKey> sentBy, Attempt attempt) {
    StageRecord record = run.stage(task).orElse(StageRecord.waiting(null));
    run.put(EntryKey.of(task), record.sent(attempt));
    if (task.isElement()) {
      change(
          run,
          task.whole(),
          whole ->
              isSentByAnother(task, whole, run)
                  ? whole.counting(whole.fanOut().oneSent(task.index())).sentByOthers()
                  : whole.counting(whole.fanOut().oneSent(task.index())));
    }
    sentBy.ifPresent(by -> change(run, by, r -> r.sentAlso(task.index())));
  }

  // After a crash, the repetition of an earlier input may be what sends an element that was lost:
  // neither what began the for-each nor one of its own elements.
  private static boolean isSentByAnother(TaskKey element, StageRecord whole, Scratch run) {
    boolean own = run.task().filter(by -> by.whole().equals(element.whole())).isPresent();
    return !own && !run.cause.equals(whole.cause());
  }

  private static void started(Event.TaskStarted e, Scratch run) {
    Attempt.Lease lease =
        e.handedOver().map(timeout -> new Attempt.Lease(timeout, run.now)).orElse(null);
    change(
        run,
        e.task(),
        record ->
            record.with(
                StageState.RUNNING,
                record
                    .attempt(e.attempt())
                    .orElseThrow()
                    .running(e.worker(), e.startedAt(), lease)
                    .handedOverAfter(e.handOverAfter().orElse(null))));
  }

  private static void progressed(Event.TaskProgressed e, Scratch run) {
    change(
        run,
        e.task(),
        record ->
            record
                .with(StageState.RUNNING, record.attempt(e.attempt()).orElseThrow().heard(run.now))
                .progressed(new StageRecord.Progress(e.fraction(), e.message())));
  }

  private static void succeeded(Event.TaskSucceeded e, Scratch run) {
    change(
        run,
        e.task(),
        record ->
            record
                .with(
                    StageState.SUCCEEDED,
                    record
                        .attempt(e.attempt())
                        .orElseThrow()
                        .ended(StageState.SUCCEEDED, e.ending()))
                .succeeded(e.output(), run.cause));
    if (e.task().isElement()) {
      change(run, e.task().whole(), whole -> whole.counting(whole.fanOut().oneSucceeded()));
    }
  }

  private static void stageFailed(Event.StageFailed e, Scratch run) {
    run.put(
        EntryKey.of(e.task()),
        run.stage(e.task())
            .orElse(StageRecord.waiting(null))
            .ended(StageState.FAILED, e.failure(), run.cause));
    if (e.task().isElement()) {
      change(run, e.task().whole(), whole -> whole.counting(whole.fanOut().oneFailed()));
    }
  }

  private static void recounted(Event.FanOutRecounted e, Scratch run) {
    Set<Integer> there = new HashSet<>();
    run.forEachElement(e.task(), (index, record) -> there.add(index));
    change(run, e.task(), whole -> whole.counting(e.counts()));
    if (there.size() < e.counts().total()) {
      createElements(e.task(), there, run);
    }
  }

  private static void createElements(TaskKey stage, Set<Integer> there, Scratch run) {
    RunData data = run.data();
    List<Content> inputs;
    try {
      inputs = data.split(data.input(stage));
    } catch (InvalidInputException e) {
      throw new IllegalStateException("a list that was one when its for-each started", e);
    }
    StageRecord whole = run.stage(stage).orElseThrow();
    Map<Integer, Content> reused = ReusedElements.in(data, whole);
    for (int i = 0; i < inputs.size(); i++) {
      if (!there.contains(i)) {
        StageRecord element = StageRecord.waiting(inputs.get(i));
        Content output = reused.get(i);
        run.put(
            EntryKey.of(stage.element(i)),
            output == null ? element : element.succeeded(output, whole.cause()));
      }
    }
  }

  private static void change(Scratch run, TaskKey task, UnaryOperator<StageRecord> how) {
    run.put(EntryKey.of(task), how.apply(run.stage(task).orElseThrow()));
  }
}
