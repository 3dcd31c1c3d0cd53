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

  /** Probes have as long as the breaker stays open, but at least so long. */
  private static final Duration LEAST_FOR_PROBES = Duration.ofMinutes(1);

  private final String handler;
  private final HandlerPolicy.Breaker settings;
  private final LongSupplier nanos;
  private final CircuitBreaker breaker;
  private final Blames blames;
  private volatile long openedAt;
  private volatile long halfOpenedAt;

  Breaker(String handler, HandlerPolicy.Breaker settings, HandlerGuards.Parts parts) {
    this.handler = handler;
    this.settings = settings;
    this.nanos = parts.nanos();
    this.blames = new Blames(settings.patience());
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
              switch (event.getStateTransition().getToState()) {
                case OPEN -> openedAt = nanos.getAsLong();
                case HALF_OPEN -> halfOpenedAt = nanos.getAsLong();
                default -> {} // no time counts from any other
              }
            });
  }

  boolean tryEnter() {
    if (breaker.tryAcquirePermission()) {
      return true;
    }
    giveUpProbes();
    return false;
  }

  // Without this, probes that hang would keep everything else waiting for as long as they do.
  private synchronized void giveUpProbes() {
    if (breaker.getState() == CircuitBreaker.State.HALF_OPEN
        && nanos.getAsLong() - halfOpenedAt > longestProbes().toNanos()) {
      breaker.transitionToOpenState();
    }
  }

  private Duration longestProbes() {
    return settings.waits().compareTo(LEAST_FOR_PROBES) > 0 ? settings.waits() : LEAST_FOR_PROBES;
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

  void succeeded(String task, long tookNanos) {
    blames.succeeded(task, nanos.getAsLong());
    breaker.onSuccess(tookNanos, TimeUnit.NANOSECONDS);
  }

  /** A failure as the runner is to hear of it. */
  Failure failed(String task, long tookNanos, Failure failure) {
    if (failure.permanent() || !COUNTED.contains(failure.kind())) {
      left();
      return failure;
    }
    if (breaker.getState() == CircuitBreaker.State.CLOSED) {
      note(tookNanos);
      return breaker.getState() == CircuitBreaker.State.CLOSED
              || blames.failed(task, nanos.getAsLong()) != Blames.Blame.CALLED
          ? failure
          : putOff(failure);
    }
    return switch (blames.failed(task, nanos.getAsLong())) {
      case CALLED -> {
        note(tookNanos);
        yield putOff(failure);
      }
      case EITHER -> {
        note(tookNanos);
        yield failure;
      }
      case TASK -> {
        left(); // another probe tells more of what the handler calls
        yield failure;
      }
    };
  }

  private void note(long tookNanos) {
    breaker.onError(tookNanos, TimeUnit.NANOSECONDS, new CallFailedException());
  }

  private Failure putOff(Failure failure) {
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
