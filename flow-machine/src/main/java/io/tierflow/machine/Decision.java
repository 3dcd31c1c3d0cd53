package io.tierflow.machine;

import java.util.List;
import java.util.Map;

/**
 * What follows from one input: nothing has happened yet.
 *
 * @param outcome what the input was to this run
 * @param events the changes, in order
 * @param entries the run's entries as the events leave them, to be written
 * @param tasks to be sent, after the entries are written
 * @param deadlines to be kept
 * @param lapsed deadlines to be forgotten
 * @param removed entries to be removed, in that order
 */
public record Decision(
    Outcome outcome,
    List<Event> events,
    Map<EntryKey, RunEntry> entries,
    List<TaskOrder> tasks,
    List<Deadline> deadlines,
    List<Deadline> lapsed,
    List<EntryKey> removed) {

  /** What an input was to a run. */
  public enum Outcome {
    /** It moved the run. */
    ACCEPTED,
    /** It had moved the run before: what it caused and has not come back is sent again. */
    REPEATED,
    /** It came too late to count. */
    STALE,
    /** This run is not known here. */
    UNKNOWN_RUN
  }
}
