package io.tierflow.machine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What happened to a stage, as one line: {@code DISPATCHED#1 FAILED#1 DISPATCHED#2 SUCCEEDED#2}. A
 * word with a number is about that attempt, one without about the stage as a whole. How far an
 * attempt is and that a retry was planned are left out: they show in the run, and say nothing that
 * the line does not.
 */
public final class StageHistory {

  private StageHistory() {}

  /**
   * The line of one stage or element.
   *
   * @param task null for what was said of the run as a whole
   */
  public static String of(List<Event> events, TaskKey task) {
    return events.stream()
        .filter(event -> Objects.equals(subject(event), task))
        .flatMap(event -> word(event).stream())
        .collect(Collectors.joining(" "));
  }

  /** The stage or element that an event is about; null for the run or a pipeline of it. */
  public static TaskKey subject(Event event) {
    if (event instanceof Event.FanOutStarted e) {
      return e.task();
    } else if (event instanceof Event.FanOutRecounted e) {
      return e.task();
    } else if (event instanceof Event.ElementsReused e) {
      return e.task();
    } else if (event instanceof Event.FanOutHeld e) {
      return e.task();
    } else if (event instanceof Event.FanOutReleased e) {
      return e.task();
    } else if (event instanceof Event.TaskDispatched e) {
      return e.task();
    } else if (event instanceof Event.TaskHeld e) {
      return e.task();
    } else if (event instanceof Event.TaskStarted e) {
      return e.task();
    } else if (event instanceof Event.TaskProgressed e) {
      return e.task();
    } else if (event instanceof Event.TaskSucceeded e) {
      return e.task();
    } else if (event instanceof Event.TaskFailed e) {
      return e.task();
    } else if (event instanceof Event.RetryScheduled e) {
      return e.task();
    } else if (event instanceof Event.StageSkipped e) {
      return e.task();
    } else if (event instanceof Event.StageSucceeded e) {
      return e.task();
    } else if (event instanceof Event.StageFailed e) {
      return e.task();
    } else if (event instanceof Event.StageCancelled e) {
      return e.task();
    } else if (event instanceof Event.MissingFlagged e) {
      return e.flag().task();
    } else if (event instanceof Event.MissingCleared e) {
      return e.flag().task();
    } else if (event instanceof Event.ReplyIgnored e) {
      return e.task();
    }
    return null;
  }

  /** The word for an event; empty for those that are left out. */
  public static Optional<String> word(Event event) {
    if (event instanceof Event.TaskDispatched e) {
      return Optional.of("DISPATCHED#" + e.attempt());
    } else if (event instanceof Event.TaskHeld e) {
      return Optional.of("HELD#" + e.attempt());
    } else if (event instanceof Event.TaskStarted e) {
      return Optional.of((e.handedOver().isPresent() ? "HANDED_OVER#" : "STARTED#") + e.attempt());
    } else if (event instanceof Event.TaskSucceeded e) {
      return Optional.of("SUCCEEDED#" + e.attempt());
    } else if (event instanceof Event.TaskFailed e) {
      return Optional.of("FAILED#" + e.attempt());
    } else if (event instanceof Event.ReplyIgnored e) {
      return Optional.of("STALE#" + e.attempt());
    } else if (event instanceof Event.MissingFlagged e) {
      return Optional.of(
          e.flag().task() == null
              ? e.flag().reason().name()
              : e.flag().reason() + "#" + e.flag().attempt());
    } else if (event instanceof Event.MissingCleared) {
      return Optional.of("CLEARED");
    } else if (event instanceof Event.FanOutStarted e) {
      return Optional.of("FANNED_OUT*" + e.total());
    } else if (event instanceof Event.FanOutHeld e) {
      return Optional.of("HELD:" + e.reason());
    } else if (event instanceof Event.FanOutReleased) {
      return Optional.of("RELEASED");
    } else if (event instanceof Event.StageSkipped) {
      return Optional.of("SKIPPED");
    } else if (event instanceof Event.StageSucceeded) {
      return Optional.of("SUCCEEDED");
    } else if (event instanceof Event.StageFailed) {
      return Optional.of("FAILED");
    } else if (event instanceof Event.StageCancelled) {
      return Optional.of("CANCELLED");
    } else if (event instanceof Event.RunSubmitted) {
      return Optional.of("SUBMITTED");
    } else if (event instanceof Event.PipelineStarted e) {
      return Optional.of(e.pipeline() + ":STARTED");
    } else if (event instanceof Event.PipelineEnded e) {
      return Optional.of(e.pipeline() + ":" + e.state());
    } else if (event instanceof Event.RunEnded e) {
      return Optional.of(e.state().name());
    }
    return Optional.empty();
  }
}
