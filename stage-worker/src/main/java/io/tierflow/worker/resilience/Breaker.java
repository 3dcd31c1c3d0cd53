package io.tierflow.worker.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The circuit breaker of one handler. Thread-safe. */
final class Breaker {

  // What says nothing of the task itself; anything else is no sign of what the handler calls.
  private static final Set<FailureKind> COUNTED =
      Set.of(FailureKind.HANDLER_ERROR, FailureKind.TIMED_OUT);

  private final String handler;
  private final HandlerPolicy.Breaker settings;
  private final LongSupplier nanos;
  private final CircuitBreaker breaker;
  private volatile long openedAt;

  Breaker(String handler, HandlerPolicy.Breaker settings, HandlerGuards.Parts parts) {
    this.handler = handler;
    this.settings = settings;
    this.nanos = parts.nanos();
    CircuitBreakerConfig.Builder config =
        CircuitBreakerConfig.custom()
            .clock(parts.clock().withZone(ZoneOffset.UTC))
            .currentTimestampFunction(clock -> nanos.getAsLong(), TimeUnit.NANOSECONDS)
            .failureRateThreshold(settings.failureRate())
            .slidingWindowSize(settings.calls())
            .minimumNumberOfCalls(settings.minimum())
            .waitDurationInOpenState(settings.waits())
            .permittedNumberOfCallsInHalfOpenState(settings.probes())
            .slowCallRateThreshold(settings.slowRate())
            .slowCallDurationThreshold(settings.slowAfter().orElse(Duration.ofDays(3650)))
            .recordException(thrown -> true);
    this.breaker = parts.breakers().circuitBreaker(handler, config.build());
    breaker
        .getEventPublisher()
        .onStateTransition(
            event -> {
              if (event.getStateTransition().getToState() == CircuitBreaker.State.OPEN) {
                openedAt = nanos.getAsLong();
              }
            });
  }

  boolean tryEnter() {
    return breaker.tryAcquirePermission();
  }

  /** Why not now, and when again. */
  Entry.Later later() {
    return new Entry.Later(
        HandlerGuard.spread(untilProbes()),
        "the circuit breaker of handler "
            + handler
            + " is "
            + (breaker.getState() == CircuitBreaker.State.HALF_OPEN ? "trying it out" : "open"));
  }

  /** Nothing was called after all. */
  void left() {
    breaker.releasePermission();
  }

  void succeeded(long tookNanos) {
    breaker.onSuccess(tookNanos, TimeUnit.NANOSECONDS);
  }

  /** A failure as the runner is to hear of it. */
  Failure failed(long tookNanos, Failure failure) {
    if (failure.permanent() || !COUNTED.contains(failure.kind())) {
      left();
      return failure;
    }
    breaker.onError(tookNanos, TimeUnit.NANOSECONDS, new CallFailedException());
    if (breaker.getState() == CircuitBreaker.State.CLOSED) {
      return failure;
    }
    Entry.Later later = later();
    return new Failure(
        FailureKind.DEFERRED,
        later.why() + ", after: " + failure.message(),
        failure.detail(),
        false,
        Optional.of(later.after()));
  }

  private Duration untilProbes() {
    if (breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
      return Duration.ofMillis(Math.min(1000, settings.waits().toMillis()));
    }
    Duration left = settings.waits().minusNanos(nanos.getAsLong() - openedAt);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Stands for whatever failed: only that it did counts. */
  private static final class CallFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    CallFailedException() {
      super("failed", null, false, false);
    }
  }
}
