package io.tierflow.machine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.Priority;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The run as a whole.
 *
 * @param startedAt null while nothing could be sent, since its flow was paused
 * @param endedAt null until it ended
 * @param failure why it failed, or was cancelled where the user said so, else null
 * @param cause the input that ended it; null until then
 * @param stale how many replies came too late to count
 * @param replayOf the run that this one replays, else null
 * @param classes where stages begin instead of on their flow's class, by {@code pipeline/stage}:
 *     where a replay sends them, or what was learned of their memory
 * @param budgets the limits that were worked out from the past when it was submitted
 * @param priority which runs go first where many wait for a class
 */
public record RunRecord(
    String flow,
    int version,
    RunState state,
    Map<String, String> labels,
    Instant submittedAt,
    Instant startedAt,
    Instant endedAt,
    Failure failure,
    String cause,
    long stale,
    String replayOf,
    Map<String, String> classes,
    List<Budget> budgets,
    Priority priority)
    implements RunEntry {

  /** Copies them; null, as a stored entry has it, is none. */
  public RunRecord {
    classes = classes == null ? Map.of() : Map.copyOf(classes);
    budgets = budgets == null ? List.of() : List.copyOf(budgets);
    priority = priority == null ? Priority.NORMAL : priority;
  }

  RunRecord ended(RunState end, Failure why, Instant at, String by) {
    return new RunRecord(
        flow,
        version,
        end,
        labels,
        submittedAt,
        startedAt,
        at,
        why,
        by,
        stale,
        replayOf,
        classes,
        budgets,
        priority);
  }

  RunRecord in(RunState now) {
    return new RunRecord(
        flow,
        version,
        now,
        labels,
        submittedAt,
        startedAt,
        endedAt,
        failure,
        cause,
        stale,
        replayOf,
        classes,
        budgets,
        priority);
  }

  RunRecord goesOn(Instant at) {
    return new RunRecord(
        flow,
        version,
        RunState.RUNNING,
        labels,
        submittedAt,
        startedAt == null ? at : startedAt,
        endedAt,
        failure,
        cause,
        stale,
        replayOf,
        classes,
        budgets,
        priority);
  }

  RunRecord oneMoreStale() {
    return new RunRecord(
        flow,
        version,
        state,
        labels,
        submittedAt,
        startedAt,
        endedAt,
        failure,
        cause,
        stale + 1,
        replayOf,
        classes,
        budgets,
        priority);
  }
}
