package io.tierflow.worker.ssh;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.handler.StageException;
import io.tierflow.worker.WorkerClock;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * How a machine is connected to: a connection that fails is tried again at once a few times, which
 * is safe as nothing was begun; then the machine is left alone, for longer each time, until a
 * connection that carries no task shows that it is there again. Thread-safe.
 */
final class Reach {

  /** The waits between the tries of one connection. */
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);

  private static final Duration LONGEST_RETRY = Duration.ofSeconds(2);

  /** How long the machine is left alone, at first and at most. */
  private static final Duration FIRST_REST = Duration.ofSeconds(1);

  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private static final double JITTER = 0.5;
  private static final String NAME = "ssh";

  private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
  private final RetryRegistry retries = RetryRegistry.ofDefaults();
  private final CircuitBreaker breaker;
  private final Retry retry;
  private final WorkerClock clock;

  /** Opens one connection. */
  @FunctionalInterface
  interface Opening<T> {

    /**
     * Opens it.
     *
     * @throws IOException if another try may do better
     * @throws StageException if no other try is to follow
     */
    T open() throws IOException, StageException, InterruptedException;
  }

  /** It took all the time that it has: another try is none for the same task. */
  static final class TimedOutException extends IOException {
    private static final long serialVersionUID = 1L;

    TimedOutException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  Reach(int attempts, WorkerClock clock) {
    this.clock = clock;
    this.breaker =
        breakers.circuitBreaker(
            NAME,
            CircuitBreakerConfig.custom()
                .clock(clock.wall().withZone(ZoneOffset.UTC))
                .currentTimestampFunction(
                    ignored -> clock.nanos().getAsLong(), TimeUnit.NANOSECONDS)
                .slidingWindowSize(1)
                .minimumNumberOfCalls(1)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitIntervalFunctionInOpenState(
                    IntervalFunction.ofExponentialRandomBackoff(
                        FIRST_REST, 2.0, JITTER, LONGEST_REST))
                .build());
    this.retry =
        retries.retry(
            NAME,
            RetryConfig.custom()
                .maxAttempts(attempts)
                .intervalFunction(
                    IntervalFunction.ofExponentialRandomBackoff(
                        FIRST_RETRY, 2.0, JITTER, LONGEST_RETRY))
                .retryOnException(
                    e -> e instanceof IOException && !(e instanceof TimedOutException))
                .build());
  }

  /** Whether the machine is not being left alone. */
  boolean isThere() {
    return breaker.getState() == CircuitBreaker.State.CLOSED;
  }

  /** CLOSED while connections come about, OPEN while none is tried, HALF_OPEN while one is. */
  String state() {
    return breaker.getState().name();
  }

  /** Whether a connection may be tried now; each that may must be opened. */
  boolean mayOpen() {
    return breaker.tryAcquirePermission();
  }

  /**
   * Opens a connection that may be tried.
   *
   * @throws IOException if it does not come about: the machine is left alone now
   * @throws StageException if the machine is there and refuses
   */
  <T> T open(Opening<T> opening) throws IOException, StageException, InterruptedException {
    long begin = clock.nanos().getAsLong();
    boolean answered = false;
    boolean interrupted = false;
    try {
      T opened = retry.executeCallable(opening::open);
      answered = true;
      return opened;
    } catch (StageException e) {
      answered = true;
      throw e;
    } catch (IOException e) {
      interrupted = Thread.currentThread().isInterrupted();
      Interrupts.rethrow(e);
      throw e;
    } catch (InterruptedException e) {
      interrupted = true;
      throw e;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("opening a connection cannot fail otherwise", e);
    } finally {
      long took = clock.nanos().getAsLong() - begin;
      if (answered) {
        breaker.onSuccess(took, TimeUnit.NANOSECONDS);
      } else if (interrupted) {
        breaker.releasePermission(); // it says nothing of the machine
      } else {
        breaker.onError(took, TimeUnit.NANOSECONDS, new IOException("not reached"));
      }
    }
  }

  /** A connection that had come about was of no use: the machine is left alone now. */
  void lost(IOException why) {
    breaker.onError(0, TimeUnit.NANOSECONDS, why);
  }

  /** Lets a registry see breaker and retries, under Resilience4j's names. */
  void bindTo(MeterRegistry meters) {
    TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(meters);
    TaggedRetryMetrics.ofRetryRegistry(retries).bindTo(meters);
  }
}
