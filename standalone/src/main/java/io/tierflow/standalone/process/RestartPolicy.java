package io.tierflow.standalone.process;

/**
 * Whether children that die are started again.
 *
 * @param restarts whether they are
 * @param backoff how long to wait each time
 */
public record RestartPolicy(boolean restarts, Backoff backoff) {

  /** Started again after 0.5 s, then after longer and longer waits up to 15 s. */
  public static RestartPolicy always() {
    return new RestartPolicy(true, Backoff.ofDefaults());
  }

  /** Left dead, as fault tests need it. */
  public static RestartPolicy never() {
    return new RestartPolicy(false, Backoff.ofDefaults());
  }
}
