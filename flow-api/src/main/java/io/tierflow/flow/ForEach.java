package io.tierflow.flow;

/**
 * Runs a stage once per element of the incoming list; the outputs are handed on as a list in the
 * order of the input.
 *
 * @param concurrency how many elements are out at once; at least 1
 * @param failFast whether the first element that fails for good fails the stage at once (its
 *     siblings still waiting are not sent), or only after all others have ended
 */
public record ForEach(int concurrency, boolean failFast) {

  /** Elements out at once when the flow does not say. */
  public static final int DEFAULT_CONCURRENCY = 1000;

  /** The default: up to 1000 elements at once, fail fast. */
  public static final ForEach DEFAULT = new ForEach(DEFAULT_CONCURRENCY, true);

  /**
   * Checks the bound.
   *
   * @throws IllegalArgumentException if concurrency is below 1
   */
  public ForEach {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency: expected 1 or more, found " + concurrency);
    }
  }
}
