package io.tierflow.worker.resilience;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * The guards of one handler: first its bulkhead, which costs nothing, then its breaker, then its
 * rate, so that a call that may not be made uses none of it. Thread-safe.
 */
final class HandlerGuard {

  /** A slot waits no longer for its turn by the rate limit: the lock of its task must hold. */
  static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);

  /** How long a caller waits for a place before it looks at what else is to be done. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final String handler;
  private final Optional<Breaker> breaker;
  private final Optional<RateLimiter> rate;
  private final Optional<Bulkhead> bulkhead;
  private final long bulkheadLooks;
  private final LongSupplier nanos;

  HandlerGuard(String handler, HandlerPolicy policy, HandlerGuards.Parts parts) {
    this.handler = handler;
    this.nanos = parts.nanos();
    this.breaker = policy.breaker().map(settings -> new Breaker(handler, settings, parts));
    this.rate = policy.rate().map(settings -> limiter(settings, parts));
    this.bulkhead = policy.bulkhead().map(settings -> bulkhead(settings, parts));
    this.bulkheadLooks = policy.bulkhead().map(settings -> looks(settings.waits())).orElse(0L);
  }

  private Bulkhead bulkhead(HandlerPolicy.Bulkhead settings, HandlerGuards.Parts parts) {
    BulkheadConfig config =
        BulkheadConfig.custom()
            .maxConcurrentCalls(settings.calls())
            .maxWaitDuration(settings.waits().dividedBy(looks(settings.waits())))
            .build();
    return parts.bulkheads().bulkhead(handler, config);
  }

  private static long looks(Duration waits) {
    return Math.max(1, (waits.toMillis() + LOOK.toMillis() - 1) / LOOK.toMillis());
  }

  // The registry makes limiters on the system's clock; this one measures by the worker's.
  private RateLimiter limiter(HandlerPolicy.Rate settings, HandlerGuards.Parts parts) {
    RateLimiterConfig config =
        RateLimiterConfig.custom()
            .limitForPeriod(settings.calls())
            .limitRefreshPeriod(settings.per())
            .timeoutDuration(LONGEST_DELAY)
            .build();
    RateLimiter limiter = RateLimiter.of(handler, config, parts.nanos()::getAsLong);
    parts.rates().rateLimiter(handler, config); // a place in the registry, for the metrics
    parts.rates().replace(handler, limiter);
    return limiter;
  }

  /** How many calls are within its bulkhead now. */
  int calls() {
    return bulkhead
        .map(Bulkhead::getMetrics)
        .map(now -> now.getMaxAllowedConcurrentCalls() - now.getAvailableConcurrentCalls())
        .orElse(0);
  }

  Entry enter(Caller caller) {
    if (!hasPlace(caller)) {
      return new Entry.Later(
          backoff(caller.attempt()),
          "as many calls of handler " + handler + " as its bulkhead lets through run already");
    }
    if (breaker.isPresent() && !breaker.get().tryEnter()) {
      bulkhead.ifPresent(Bulkhead::releasePermission);
      return breaker.get().later();
    }
    long delay = rate.map(RateLimiter::reservePermission).orElse(0L);
    if (delay < 0) {
      breaker.ifPresent(Breaker::left);
      bulkhead.ifPresent(Bulkhead::releasePermission);
      return new Entry.Later(
          spread(LONGEST_DELAY), "handler " + handler + " has had its calls by its rate limit");
    }
    return new GuardedCall(caller.task(), Duration.ofNanos(delay), breaker, bulkhead, nanos);
  }

  private boolean hasPlace(Caller caller) {
    if (bulkhead.isEmpty() || bulkhead.get().tryAcquirePermission()) {
      return true;
    }
    for (long i = 1; i < bulkheadLooks && caller.meanwhile().getAsBoolean(); i++) {
      if (bulkhead.get().tryAcquirePermission()) {
        return true;
      }
    }
    return false;
  }

  // Many tasks that come back together would only be put off again together.
  static Duration spread(Duration least) {
    return least.plusMillis(1 + ThreadLocalRandom.current().nextLong(least.toMillis() / 4 + 50));
  }

  private static Duration backoff(int attempt) {
    Duration wait = Duration.ofSeconds(1L << Math.min(5, Math.max(0, attempt - 1)));
    return spread(wait.compareTo(LONGEST_BACKOFF) < 0 ? wait : LONGEST_BACKOFF);
  }
}
