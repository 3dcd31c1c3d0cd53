package io.tierflow.client;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Waits for the end of one run by asking for it, ever more slowly. One thread uses it.
 *
 * @param id the run's, for messages
 * @param ask gives the run as it now is; empty while it is not seen
 * @param clock tells how long it has been
 */
record RunWait(String id, Supplier<Optional<RunView>> ask, InstantSource clock) {

  private static final Duration FIRST_POLL = Duration.ofMillis(20);
  private static final Duration SLOWEST_POLL = Duration.ofSeconds(1);

  /** As long as the command line waits for a run to be seen. */
  private static final Duration VISIBLE_WITHIN = Duration.ofMinutes(1);

  private static final int UNAVAILABLE = 503;

  /** As {@link FlowClient#await}. */
  RunView until(Duration longest) throws TimeoutException, InterruptedException {
    Instant deadline = clock.instant().plus(longest);
    Instant visibleBy = clock.instant().plus(shorter(longest, VISIBLE_WITHIN));
    Optional<RunView> seen = Optional.empty();
    Duration pause = FIRST_POLL;
    while (true) {
      Duration left = Duration.between(clock.instant(), deadline);
      boolean timeIsUp = left.isNegative() || left.isZero();
      try {
        Optional<RunView> now = ask.get();
        seen = now.isPresent() ? now : seen;
        if (seen.isEmpty() && !clock.instant().isBefore(visibleBy)) {
          throw new NoSuchElementException("no run " + id);
        }
      } catch (RunnerUnreachableException | ProblemException e) {
        if (timeIsUp || !mayPass(e)) {
          throw e;
        }
      }
      if (seen.filter(run -> FlowClient.ENDED.contains(run.state())).isPresent()) {
        return seen.get();
      }
      if (timeIsUp && seen.isPresent()) {
        throw new TimeoutException(
            "run " + id + " is still " + seen.get().state() + " after " + longest);
      }
      Thread.sleep(shorter(pause, left).toMillis() + 1);
      pause = shorter(pause.multipliedBy(2), SLOWEST_POLL);
    }
  }

  /** Whether a runner that restarts explains the failure. */
  private static boolean mayPass(RuntimeException e) {
    return e instanceof ProblemException problem
        ? problem.status() == UNAVAILABLE
        : !Thread.currentThread().isInterrupted();
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
