package io.tierflow.worker.resilience;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedRateLimiterMetrics;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.flow.file.DurationText;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The guards of one worker's handlers, shared by its slots. Each handler with a policy has its own;
 * they begin with its first task. Thread-safe.
 */
public final class HandlerGuards {

  private final ResilienceConfig config;
  private final Parts parts;
  private final Map<String, Optional<HandlerGuard>> guards = new ConcurrentHashMap<>();
  private final AtomicLong deferred = new AtomicLong();

  /** What the guards are made with. */
  record Parts(
      CircuitBreakerRegistry breakers,
      RateLimiterRegistry rates,
      BulkheadRegistry bulkheads,
      InstantSource clock,
      LongSupplier nanos) {}

  /**
   * Makes guards that have seen no call yet.
   *
   * @param clock the time by which a breaker stays open
   * @param nanos a steady count of nanoseconds, by which calls are measured and rates kept
   */
  public HandlerGuards(ResilienceConfig config, InstantSource clock, LongSupplier nanos) {
    this.config = config;
    this.parts =
        new Parts(
            CircuitBreakerRegistry.ofDefaults(),
            RateLimiterRegistry.ofDefaults(),
            BulkheadRegistry.ofDefaults(),
            clock,
            nanos);
  }

  /** Asks to call a handler. May wait for a bulkhead, as long as its policy says. */
  public Entry enter(String handler, Caller caller) {
    Optional<HandlerGuard> guard = guard(handler);
    if (guard.isEmpty()) {
      return Call.UNGUARDED;
    }
    Entry entry = guard.get().enter(caller);
    if (entry instanceof Entry.Later) {
      deferred.incrementAndGet();
    }
    return entry;
  }

  /** How long one call of a handler may take, by its policy. */
  public Optional<Duration> timeLimit(String handler) {
    return config.of(handler).flatMap(HandlerPolicy::timeLimit);
  }

  /** The state of each breaker that has seen a call, such as OPEN, by handler. */
  public Map<String, String> breakers() {
    Map<String, String> states = new TreeMap<>();
    parts
        .breakers()
        .getAllCircuitBreakers()
        .forEach(breaker -> states.put(breaker.getName(), breaker.getState().name()));
    return states;
  }

  /**
   * In words the rate, the bulkhead and the time limit of each of these handlers that has any, by
   * handler.
   */
  public Map<String, String> limits(Collection<String> handlers) {
    Map<String, String> limits = new TreeMap<>();
    for (String handler : handlers) {
      config
          .of(handler)
          .map(policy -> limits(handler, policy))
          .filter(words -> !words.isEmpty())
          .ifPresent(words -> limits.put(handler, words));
    }
    return limits;
  }

  private String limits(String handler, HandlerPolicy policy) {
    List<String> words = new ArrayList<>();
    policy
        .rate()
        .ifPresent(
            rate -> words.add("rate " + rate.calls() + " per " + DurationText.format(rate.per())));
    policy
        .bulkhead()
        .ifPresent(bulkhead -> words.add("bulkhead " + calls(handler) + "/" + bulkhead.calls()));
    policy.timeLimit().ifPresent(limit -> words.add("time limit " + DurationText.format(limit)));
    return String.join(", ", words);
  }

  private int calls(String handler) {
    return guards.getOrDefault(handler, Optional.empty()).map(HandlerGuard::calls).orElse(0);
  }

  /** How many tasks were put off. */
  public long deferred() {
    return deferred.get();
  }

  /**
   * Lets a registry see the guards, under Resilience4j's names, with the handler as {@code name}.
   */
  public void bindTo(MeterRegistry meters) {
    TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(parts.breakers()).bindTo(meters);
    TaggedRateLimiterMetrics.ofRateLimiterRegistry(parts.rates()).bindTo(meters);
    TaggedBulkheadMetrics.ofBulkheadRegistry(parts.bulkheads()).bindTo(meters);
  }

  private Optional<HandlerGuard> guard(String handler) {
    return guards.computeIfAbsent(
        handler, name -> config.of(name).map(policy -> new HandlerGuard(name, policy, parts)));
  }
}
