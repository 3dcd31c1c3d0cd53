package io.tierflow.worker.handlers;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.RetryConfig;
import io.tierflow.handler.StageException;
import java.time.Duration;

/**
 * How a call to the outside is tried that may safely be made more than once, within one attempt: by
 * {@code tries} and {@code try-again-after} of a {@code with}.
 *
 * @param most how often in all
 * @param firstWait before the second try; it doubles from try to try up to ten times as much, and
 *     each is up to half longer or shorter
 * @param limit the time for all of them together
 */
record Tries(int most, Duration firstWait, Duration limit) {

  private static final int DEFAULT_TRIES = 3;
  private static final int MOST_TRIES = 10;
  private static final Duration DEFAULT_WAIT = Duration.ofMillis(200);
  private static final double JITTER = 0.5;
  private static final int LONGEST = 10;

  static Tries of(HandlerConfig config, Duration limit) throws StageException {
    return new Tries(
        config.integer("tries", DEFAULT_TRIES, 1, MOST_TRIES),
        config.optionalDuration("try-again-after").orElse(DEFAULT_WAIT),
        limit);
  }

  <T> RetryConfig.Builder<T> config() {
    Duration least = firstWait.toMillis() < 1 ? Duration.ofMillis(1) : firstWait;
    return RetryConfig.<T>custom()
        .maxAttempts(most)
        .intervalFunction(
            IntervalFunction.ofExponentialRandomBackoff(
                least, 2.0, JITTER, least.multipliedBy(LONGEST)));
  }
}
