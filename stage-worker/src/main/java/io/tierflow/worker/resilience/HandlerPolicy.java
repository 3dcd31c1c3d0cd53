package io.tierflow.worker.resilience;

import java.time.Duration;
import java.util.Optional;

/**
 * How a worker may call the handlers of one name. Immutable.
 *
 * @param breaker when it is no longer called for a while; empty for always
 * @param rate how often it may be called; empty for as often as there are tasks
 * @param bulkhead how many calls may run at once; empty for as many as there are slots
 * @param timeLimit how long one call may take; empty for as long as the flow lets it
 */
public record HandlerPolicy(
    Optional<Breaker> breaker,
    Optional<Rate> rate,
    Optional<Bulkhead> bulkhead,
    Optional<Duration> timeLimit) {

  /**
   * When calls are stopped, and how they begin again.
   *
   * @param failureRate the share of failed calls that opens it, 1 to 100 percent
   * @param calls of how many of the latest calls
   * @param minimum how many calls there must have been before it may open
   * @param waits how long it stays open before calls are tried again
   * @param probes how many calls are tried then: by their failures it opens again, or closes
   * @param slowAfter a call that takes longer counts as slow; empty for none
   * @param slowRate the share of slow calls that opens it, 1 to 100 percent
   * @param patience how long the failures of one task are put down to what its handler calls, while
   *     no other task does better; after that they count as the task's own
   */
  public record Breaker(
      int failureRate,
      int calls,
      int minimum,
      Duration waits,
      int probes,
      Optional<Duration> slowAfter,
      int slowRate,
      Duration patience) {

    /**
     * Opens when half of the latest 20 calls failed, after 5 at least; for 10 s; 2 probes; a
     * patience of 5 minutes.
     */
    public static final Breaker DEFAULT =
        new Breaker(
            50, 20, 5, Duration.ofSeconds(10), 2, Optional.empty(), 100, Duration.ofMinutes(5));
  }

  /** So many calls in each period, over all slots of one worker. */
  public record Rate(int calls, Duration per) {}

  /**
   * So many calls at once.
   *
   * @param calls how many
   * @param waits how long a slot waits for one of them to end before it puts its task off
   */
  public record Bulkhead(int calls, Duration waits) {}
}
