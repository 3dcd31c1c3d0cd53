package io.tierflow.runner.letters;

import io.tierflow.client.RunView;
import java.util.Optional;
import java.util.SortedSet;

/** Knows runs, and sends stages of ended ones again. Implementations are thread-safe. */
public interface Replayer {

  /** One run; empty when there is none of that id, or none any more. */
  Optional<RunView> run(String id);

  /** Sends again, once: the same order twice is one run. */
  Outcome replay(Order order);

  /** Sends one letter again whose run is no longer known, once: the same twice is one run. */
  Outcome replayAlone(Letter letter, ReplayChange change, boolean dryRun);

  /**
   * What to send again.
   *
   * @param stages of the run, as {@code PIPELINE/STAGE}
   * @param dryRun whether to send nothing, and only to say what would become of it
   */
  record Order(String runId, SortedSet<String> stages, ReplayChange change, boolean dryRun) {}

  /** What became of an order. */
  sealed interface Outcome {

    /**
     * It was sent, or in a dry run would be.
     *
     * @param replayRunId the new run; empty if it has no id yet
     */
    record Sent(Optional<String> replayRunId) implements Outcome {}

    /**
     * The same of a letter whose run is no longer known.
     *
     * @param note what is run, for a person
     */
    record SentAlone(Optional<String> replayRunId, String note) implements Outcome {}

    /** The same order was sent earlier: nothing was sent now. */
    record SentBefore(String replayRunId) implements Outcome {}

    /** It cannot be sent; the reason is for a person. */
    record Refused(String reason) implements Outcome {}
  }
}
