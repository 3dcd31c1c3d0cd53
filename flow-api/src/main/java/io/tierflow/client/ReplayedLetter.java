package io.tierflow.client;

/**
 * What became of one dead letter in a replay.
 *
 * @param deadLetter its id
 * @param stage {@code PIPELINE/STAGE}; null for a record that nobody could decode
 * @param replayRunId the run that replays it; the same for all letters of one run; null if there is
 *     none
 * @param skipped why nothing was sent for it; null if it was, or in a dry run would be
 * @param note what is run of it where its run is no longer known; null otherwise
 */
public record ReplayedLetter(
    String deadLetter,
    String runId,
    String stage,
    String replayRunId,
    String skipped,
    String note) {

  /** Where nothing is to be said beside. */
  public ReplayedLetter(
      String deadLetter, String runId, String stage, String replayRunId, String skipped) {
    this(deadLetter, runId, stage, replayRunId, skipped, null);
  }
}
