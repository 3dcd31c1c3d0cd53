package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import java.util.Optional;
import java.util.Set;

/**
 * Does again what an input once caused: publishes its events, sends its tasks that have not come
 * back, keeps its deadlines, and writes the entries it touched. After a crash any of these may be
 * lost while the change itself survived.
 *
 * <p>It looks at every stage of the flow, and at a for-each's elements only where the input was
 * what sent them: repetitions are rare, and costs are those of one decision, not of one event.
 */
final class Repeats {

  private Repeats() {}

  /** The report itself: its event, its entry, and the element that its end sent. */
  static void subject(Scratch run, TaskKey task, Attempt attempt) {
    StageRecord record = run.stage(task).orElseThrow();
    run.again(
        attempt.state() == StageState.SUCCEEDED
            ? new Event.TaskSucceeded(task, attempt.number(), attempt.ending(), record.output())
            : new Event.TaskFailed(task, attempt.number(), attempt.ending()));
    Escalations.of(run.plan, task, attempt).ifPresent(run::again);
    run.touch(EntryKey.of(task));
    element(run, task);
    if (record.next() == StageRecord.SEVERAL) {
      int total = run.stage(task.whole()).orElseThrow().fanOut().total();
      for (int i = 0; i < total; i++) {
        stage(run, task.whole().element(i));
      }
    } else if (record.next() != TaskKey.WHOLE) {
      stage(run, task.whole().element(record.next()));
    }
  }

  /** What this decision's input did to an element, which {@link #sendAgain} does not look at. */
  static void element(Scratch run, TaskKey task) {
    if (task.isElement()) {
      run.touch(EntryKey.of(task.whole()));
      stage(run, task);
    }
  }

  /** A task that this decision's input may have sent: its event, its entry, and itself. */
  static void sent(Scratch run, TaskKey task) {
    boolean byThis =
        run.stage(task).stream()
            .flatMap(record -> record.attempts().stream())
            .anyMatch(attempt -> run.cause.equals(attempt.cause()));
    if (byThis) { // else it went otherwise, before its turn was heard of
      run.touch(EntryKey.RUN);
    }
    stage(run, task);
  }

  /**
   * The elements around this index that this decision's input began, which it need not have named:
   * they stand together, those whose turn it was before it, and those that nothing held behind them
   * from it on. Those that it named are left out.
   */
  static void begun(Scratch run, TaskKey whole, int to, int sent, Set<TaskKey> named) {
    int end = Math.min(to, sent);
    while (end < sent
        && run.stage(whole.element(end)).filter(it -> isOfThis(run, it)).isPresent()) {
      end++;
    }
    for (int index = end - 1; index >= 0; index--) {
      TaskKey element = whole.element(index);
      Optional<StageRecord> record = run.stage(element);
      if (record.filter(it -> isOfThis(run, it)).isEmpty()) {
        return;
      }
      if (!record.get().isReused() && !named.contains(element)) {
        sent(run, element);
      }
    }
  }

  // What had succeeded before lies between those that were begun.
  private static boolean isOfThis(Scratch run, StageRecord element) {
    return element.isReused() || isBegunByThis(run, element);
  }

  private static boolean isBegunByThis(Scratch run, StageRecord element) {
    return element.attempt(1).filter(first -> run.cause.equals(first.cause())).isPresent();
  }

  /** Everything that this decision's input caused. */
  static void sendAgain(Scratch run) {
    run.touch(EntryKey.RUN);
    if (run.cause.equals(Cause.SUBMIT)) {
      run.touch(EntryKey.INPUT);
      Deadlines.ofRun(run).forEach(run::keep);
      run.keep(Checks.next(run, run.now));
    }
    flags(run);
    for (Pipeline pipeline : run.plan.flow().pipelines()) {
      pipeline(run, pipeline);
    }
    run.run()
        .filter(record -> run.cause.equals(record.cause()))
        .ifPresent(record -> run.again(new Event.RunEnded(record.state(), record.failure())));
  }

  /** The flags that this decision's input raised or cleared. */
  static void flags(Scratch run) {
    if (run.missing().raisedBy(run.cause).isEmpty()
        && run.missing().clearedBy(run.cause).isEmpty()) {
      return;
    }
    run.touch(EntryKey.MISSING);
    run.missing().raisedBy(run.cause).forEach(flag -> run.again(new Event.MissingFlagged(flag)));
    run.missing().clearedBy(run.cause).forEach(flag -> run.again(new Event.MissingCleared(flag)));
  }

  private static void pipeline(Scratch run, Pipeline pipeline) {
    Optional<PipelineRecord> record = run.pipeline(pipeline.name());
    if (record.filter(p -> run.cause.equals(p.startCause())).isPresent()) {
      run.touch(EntryKey.of(pipeline.name()));
      run.again(new Event.PipelineStarted(pipeline.name()));
    }
    pipeline
        .stages()
        .map(stage -> TaskKey.of(pipeline.name(), stage.name()))
        .forEach(task -> stage(run, task));
    record
        .filter(p -> run.cause.equals(p.endCause()))
        .ifPresent(
            p -> {
              run.touch(EntryKey.of(pipeline.name()));
              run.again(new Event.PipelineEnded(pipeline.name(), p.state()));
            });
  }

  private static void stage(Scratch run, TaskKey task) {
    Optional<StageRecord> found = run.stage(task);
    if (found.isEmpty()) {
      return;
    }
    StageRecord record = found.get();
    if (run.cause.equals(record.cause())) {
      run.touch(EntryKey.of(task));
      again(run, task, record);
    }
    record.attempts().stream()
        .filter(attempt -> run.cause.equals(attempt.cause()))
        .forEach(attempt -> attempt(run, task, record, attempt));
    if (record.fanOut() != null
        && (Cause.maySendAnyElement(run.cause) || record.next() == StageRecord.SEVERAL)) {
      run.forEachElement(task, (index, element) -> stage(run, task.element(index)));
    }
    if (record.fanOut() != null && began(run, task, record)) {
      run.touch(EntryKey.of(task));
      run.again(new Event.FanOutStarted(task, record.fanOut().total()));
      for (int i = 0; i < record.fanOut().total(); i++) {
        run.touch(EntryKey.of(task.element(i)));
        stage(run, task.element(i));
      }
    }
  }

  // A for-each began by this input when its first element was sent by it, or reused; where that was
  // held back, what moved the whole last tells it.
  private static boolean began(Scratch run, TaskKey whole, StageRecord record) {
    return (record.state() == StageState.RUNNING && run.cause.equals(record.cause()))
        || run.stage(whole.element(0))
            .filter(
                first ->
                    first.isReused() ? run.cause.equals(first.cause()) : isBegunByThis(run, first))
            .isPresent();
  }

  private static void again(Scratch run, TaskKey task, StageRecord record) {
    switch (record.state()) {
      case RETRYING -> {
        givenUp(run, task, record.current()); // in a paused run: else the next one is out
        run.again(new Event.RetryScheduled(task, record.retry()));
        run.keep(Deadlines.ofRetry(task, record.retry()));
      }
      case SKIPPED -> run.again(new Event.StageSkipped(task));
      case CANCELLED -> run.again(new Event.StageCancelled(task));
      case FAILED -> {
        givenUp(run, task, record.current());
        run.again(new Event.StageFailed(task, record.failure()));
      }
      case SUCCEEDED -> {
        if (record.fanOut() != null) {
          run.again(new Event.StageSucceeded(task));
        }
      }
      case WAITING, HELD, QUEUED, RUNNING -> {
        // Nothing of its own: what was sent shows in the attempts.
      }
    }
  }

  private static void attempt(Scratch run, TaskKey task, StageRecord record, Attempt attempt) {
    run.touch(EntryKey.of(task));
    givenUp(run, task, record.attempt(attempt.number() - 1));
    run.again(
        attempt.state() == StageState.HELD
            ? new Event.TaskHeld(
                task,
                attempt.number(),
                attempt.resourceClass(),
                Optional.empty(),
                attempt.hold().orElseThrow())
            : new Event.TaskDispatched(
                task, attempt.number(), attempt.resourceClass(), Optional.empty()));
    boolean current = record.current().filter(attempt::equals).isPresent();
    if (!current || record.state().isTerminal()) {
      return;
    }
    if (attempt.state() == StageState.QUEUED) {
      run.put(EntryKey.of(task), record.with(StageState.QUEUED, attempt.sentOnlyAt(run.read)));
      run.send(Advance.order(run, task, attempt));
    }
  }

  // An attempt that the runner gave up has no reply that would tell of it again.
  private static void givenUp(Scratch run, TaskKey task, Optional<Attempt> attempt) {
    if (Cause.givesUp(run.cause)) {
      attempt
          .filter(before -> before.failure() != null)
          .ifPresent(
              before -> run.again(new Event.TaskFailed(task, before.number(), before.ending())));
    }
  }
}
