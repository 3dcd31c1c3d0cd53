package io.tierflow.machine;

import io.tierflow.flow.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stage of a run, or one element of its for-each.
 *
 * @param state where it is
 * @param attempts oldest first; a for-each stage has none of its own
 * @param input set for elements, and where a replay gives a stage another: a plain stage's input
 *     follows from the outputs before it
 * @param output null until it succeeded, and for a for-each stage, whose elements have it
 * @param fanOut set for a for-each stage once its list is known
 * @param retry set while RETRYING
 * @param failure why it failed for good, else null
 * @param progress the worker's last word, else null
 * @param cause the input that last moved it otherwise than by sending an attempt
 * @param next of an element: the one that its end sent, {@link #SEVERAL}, or {@link TaskKey#WHOLE};
 *     of a for-each: {@link #SEVERAL} once other inputs than its start and its own sent elements
 * @param elements of a for-each that a replay runs again: what {@link ReusedElements} has of it,
 *     else null
 */
public record StageRecord(
    StageState state,
    List<Attempt> attempts,
    Content input,
    Content output,
    FanOut fanOut,
    Retry retry,
    Failure failure,
    Progress progress,
    String cause,
    int next,
    Content elements)
    implements RunEntry {

  /** Copies the attempts; null, as a stored entry has it, is none. */
  public StageRecord {
    attempts = attempts == null ? List.of() : List.copyOf(attempts);
  }

  /** The end of this element sent more than one other. */
  static final int SEVERAL = -2;

  /** How many attempts that were put off are kept: the newest. */
  static final int KEPT_DEFERRED = 20;

  /** When and where the next attempt is to be sent. */
  public record Retry(int attempt, String resourceClass, Instant dueAt) {}

  /** What a worker last said of its progress: a fraction from 0 to 1 and a message. */
  public record Progress(Double fraction, String message) {}

  /** One of which nothing is known but its input. */
  public static StageRecord waiting(Content input) {
    return new StageRecord(
        StageState.WAITING,
        List.of(),
        input,
        null,
        null,
        null,
        null,
        null,
        null,
        TaskKey.WHOLE,
        null);
  }

  StageRecord fannedOut(int total, String by) {
    return new StageRecord(
        StageState.RUNNING,
        List.of(),
        input,
        null,
        new FanOut(total, 0, 0, 0),
        null,
        null,
        null,
        by,
        TaskKey.WHOLE,
        elements);
  }

  /** The same of one that has sent none: so it is where nothing is stored of that. */
  public StageRecord havingSentNone() {
    return next == TaskKey.WHOLE
        ? this
        : new StageRecord(
            state,
            attempts,
            input,
            output,
            fanOut,
            retry,
            failure,
            progress,
            cause,
            TaskKey.WHOLE,
            elements);
  }

  /** Whether nothing is known of it but its input. */
  public boolean isWaitingAlone() {
    return state == StageState.WAITING && input != null && equals(waiting(input));
  }

  /** The newest attempt. */
  public Optional<Attempt> current() {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.get(attempts.size() - 1));
  }

  /** The attempt of that number. */
  public Optional<Attempt> attempt(int number) {
    return attempts.stream().filter(a -> a.number() == number).findFirst();
  }

  /** Whether the output was taken from an earlier run. */
  boolean isReused() {
    return state == StageState.SUCCEEDED && attempts.isEmpty() && fanOut == null;
  }

  /**
   * The newest attempt, where a worker of its lane has yet to take it, or has begun it under the
   * broker's lock: nobody but another worker of its lane would go on with it then. One that was
   * handed over is watched by the runner.
   */
  public Optional<Attempt> leftToItsLane() {
    return current().filter(attempt -> state == StageState.QUEUED || attempt.isUnderItsLock());
  }

  StageRecord sent(Attempt attempt) {
    List<Attempt> all = bounded();
    all.removeIf(held -> held.number() == attempt.number());
    all.add(attempt);
    return new StageRecord(
        StageState.QUEUED,
        List.copyOf(all),
        input,
        null,
        null,
        null,
        null,
        null,
        cause,
        next,
        elements);
  }

  // An outage of hours puts a task off a thousand times. Replies of those that are left out here
  // are too old to come again after a crash: many followed them.
  private List<Attempt> bounded() {
    List<Attempt> kept = new ArrayList<>(attempts);
    long deferred = kept.stream().filter(Attempt::wasDeferred).count();
    // The first of all is kept, and the first of those that follow each other: they tell since
    // when.
    for (int i = 1; deferred > KEPT_DEFERRED && i < kept.size(); i++) {
      Attempt before = kept.get(i - 1);
      boolean follows = before.wasDeferred() && before.wasPutOff() == kept.get(i).wasPutOff();
      if (kept.get(i).wasDeferred() && (follows || deferred > 2 * KEPT_DEFERRED)) {
        kept.remove(i--);
        deferred--;
      }
    }
    return kept;
  }

  /**
   * Since when the task waits for a worker to do anything but put it off: since the newest attempt,
   * or the first of those before it that were put off one after the other.
   *
   * @param atOnce what follows within this time, follows at once: a longer time was somebody's wish
   */
  Optional<Instant> waitsSince(Duration atOnce) {
    if (attempts.isEmpty()) {
      return Optional.empty();
    }
    int first = attempts.size() - 1;
    while (first > 0 && attempts.get(first - 1).wasPutOff() && isSoon(first, atOnce)) {
      first--;
    }
    return Optional.of(attempts.get(first).queuedAt());
  }

  // Those between them that are not kept were put off, too.
  private boolean isSoon(int index, Duration atOnce) {
    Attempt before = attempts.get(index - 1);
    Attempt attempt = attempts.get(index);
    return attempt.number() > before.number() + 1
        || !before.queuedAt().plus(atOnce).isBefore(attempt.queuedAt());
  }

  StageRecord with(StageState now, Attempt changed) {
    List<Attempt> all = new ArrayList<>(attempts);
    all.replaceAll(a -> a.number() == changed.number() ? changed : a);
    return new StageRecord(
        now,
        List.copyOf(all),
        input,
        output,
        fanOut,
        retry,
        failure,
        now == StageState.RUNNING ? progress : null,
        cause,
        next,
        elements);
  }

  StageRecord succeeded(Content result, String by) {
    return new StageRecord(
        StageState.SUCCEEDED,
        attempts,
        input,
        result,
        fanOut,
        null,
        null,
        null,
        by,
        next,
        elements);
  }

  StageRecord ended(StageState end, Failure why, String by) {
    return new StageRecord(
        end, attempts, input, output, fanOut, null, why, null, by, next, elements);
  }

  StageRecord retrying(Retry coming, String by) {
    return new StageRecord(
        StageState.RETRYING, attempts, input, null, fanOut, coming, null, null, by, next, elements);
  }

  StageRecord progressed(Progress said) {
    return new StageRecord(
        state, attempts, input, output, fanOut, retry, failure, said, cause, next, elements);
  }

  StageRecord counting(FanOut counts) {
    return new StageRecord(
        state, attempts, input, output, counts, retry, failure, progress, cause, next, elements);
  }

  /** The same with its payloads told otherwise: inline or by reference. */
  public StageRecord holding(Content newInput, Content newOutput) {
    return new StageRecord(
        state, attempts, newInput, newOutput, fanOut, retry, failure, progress, cause, next,
        elements);
  }

  /** Of a for-each: these of its elements are not run again. */
  public StageRecord reusing(Content outputs) {
    return new StageRecord(
        state, attempts, input, output, fanOut, retry, failure, progress, cause, next, outputs);
  }

  /** Of a for-each: an input sent some of its elements that neither began it nor is about it. */
  StageRecord sentByOthers() {
    return new StageRecord(
        state, attempts, input, output, fanOut, retry, failure, progress, cause, SEVERAL, elements);
  }

  StageRecord sentAlso(int index) {
    int sent = next == TaskKey.WHOLE || next == index ? index : SEVERAL;
    return new StageRecord(
        state, attempts, input, output, fanOut, retry, failure, progress, cause, sent, elements);
  }
}
