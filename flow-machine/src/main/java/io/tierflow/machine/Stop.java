package io.tierflow.machine;

/**
 * Attempts that are out and no longer count: whoever works on them may end it.
 *
 * @param task the stage, with all of its elements, or the element; null for the whole run
 * @param attempt this attempt and those before it; {@link #EVERY} for all there can be
 * @param reason why they do not count
 */
public record Stop(TaskKey task, int attempt, Reason reason) {

  /** All attempts, whatever their number. */
  public static final int EVERY = Integer.MAX_VALUE;

  /** Why attempts do not count any more. */
  public enum Reason {
    /** The run was cancelled, or ended otherwise. */
    RUN_ENDED,
    /** The stage has ended without them. */
    STAGE_ENDED,
    /** The runner gave the attempt up: another one counts, or none. */
    SUPERSEDED
  }
}
