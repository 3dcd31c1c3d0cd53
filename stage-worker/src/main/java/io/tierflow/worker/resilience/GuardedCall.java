package io.tierflow.worker.resilience;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.tierflow.flow.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A call that holds a place of its guards until it has told how it ended. */
final class GuardedCall implements Call {

  private final String task;
  private final Duration delay;
  private final Optional<Breaker> breaker;
  private final Optional<Bulkhead> bulkhead;
  private final LongSupplier nanos;
  private volatile long begin;
  private boolean told; // guarded by this
  private Failure said; // guarded by this; null unless it failed

  GuardedCall(
      String task,
      Duration delay,
      Optional<Breaker> breaker,
      Optional<Bulkhead> bulkhead,
      LongSupplier nanos) {
    this.task = task;
    this.delay = delay;
    this.breaker = breaker;
    this.bulkhead = bulkhead;
    this.nanos = nanos;
    this.begin = nanos.getAsLong() + delay.toNanos();
  }

  @Override
  public Duration delay() {
    return delay;
  }

  @Override
  public void begins() {
    begin = nanos.getAsLong();
  }

  @Override
  public synchronized void succeeded() {
    if (end()) {
      breaker.ifPresent(each -> each.succeeded(task, took()));
    }
  }

  @Override
  public synchronized Failure failed(Failure failure) {
    if (end()) {
      said = breaker.map(each -> each.failed(task, took(), failure)).orElse(failure);
    }
    return said == null ? failure : said;
  }

  @Override
  public synchronized void close() {
    if (end()) {
      breaker.ifPresent(Breaker::left);
    }
  }

  private boolean end() {
    if (told) {
      return false;
    }
    told = true;
    bulkhead.ifPresent(Bulkhead::onComplete);
    return true;
  }

  private long took() {
    return Math.max(0, nanos.getAsLong() - begin);
  }
}
