package io.tierflow.machine;

import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which attempts that are out a decision makes pointless. It follows from the decision's events,
 * which a repeated input gives again, so that what a crash loses of it is told again too. A run in
 * which nothing is stopped has none, however it ends.
 */
public final class Stops {

  private Stops() {}

  /**
   * What is to be stopped after a decision.
   *
   * @param entries the run as the decision leaves it
   */
  public static List<Stop> of(Plan plan, RunEntries entries, Input input, Decision decision) {
    if (decision.outcome() == Decision.Outcome.STALE) {
      return pointlessWork(entries, input).stream().toList();
    }
    List<Stop> stops = new ArrayList<>();
    for (Event event : decision.events()) {
      if (event instanceof Event.RunEnded ended
          && ended.state() != RunState.SUCCEEDED
          && isAnythingOut(plan, entries)) {
        return List.of(new Stop(null, Stop.EVERY, Stop.Reason.RUN_ENDED));
      } else if (event instanceof Event.StageFailed failed && isStillOut(entries, failed)) {
        stops.add(new Stop(failed.task(), Stop.EVERY, Stop.Reason.STAGE_ENDED));
      } else if (event instanceof Event.TaskFailed failed && !isItsWorkersWord(input, failed)) {
        stops.add(new Stop(failed.task(), failed.attempt(), Stop.Reason.SUPERSEDED));
      }
    }
    return stops;
  }

  // A for-each that fails at its first failure leaves the other elements out.
  private static boolean isStillOut(RunEntries entries, Event.StageFailed failed) {
    return stage(entries, failed.task()).filter(Stops::isOut).isPresent();
  }

  private static boolean isAnythingOut(Plan plan, RunEntries entries) {
    return plan.flow().pipelines().stream()
        .flatMap(Stops::stages)
        .anyMatch(task -> stage(entries, task).filter(Stops::isOut).isPresent());
  }

  private static Stream<TaskKey> stages(Pipeline pipeline) {
    return pipeline.stages().map(stage -> TaskKey.of(pipeline.name(), stage.name()));
  }

  // A for-each counts those as out, too, that wait for their next attempt: an order more.
  private static boolean isOut(StageRecord record) {
    return record.fanOut() == null
        ? record.current().filter(attempt -> !attempt.state().isTerminal()).isPresent()
        : record.fanOut().out() > 0;
  }

  private static boolean isItsWorkersWord(Input input, Event.TaskFailed failed) {
    return input instanceof Input.Failed reply
        && reply.task().equals(failed.task())
        && reply.attempt() == failed.attempt();
  }

  /** A worker says that it works on an attempt that does not count, so it has not heard. */
  private static Optional<Stop> pointlessWork(RunEntries entries, Input input) {
    if (!(input instanceof Input.Started || input instanceof Input.Heartbeat)) {
      return Optional.empty();
    }
    Input.Reply word = (Input.Reply) input;
    return stage(entries, word.task())
        .flatMap(record -> record.attempt(word.attempt()))
        .filter(attempt -> attempt.state() != StageState.HELD) // its number is sent yet
        .filter(attempt -> !isOvertaken(word, attempt))
        .map(attempt -> new Stop(word.task(), attempt.number(), Stop.Reason.SUPERSEDED));
  }

  // Its own end came before this word, on the other topic or before a repetition of it.
  private static boolean isOvertaken(Input.Reply word, Attempt attempt) {
    boolean givenUp =
        attempt.failure() != null && attempt.failure().kind() == FailureKind.WORKER_LOST;
    return attempt.state().isTerminal() && !givenUp && word.worker().equals(attempt.worker());
  }

  private static Optional<StageRecord> stage(RunEntries entries, TaskKey task) {
    return entries.get(EntryKey.of(task)).map(StageRecord.class::cast);
  }
}
