package io.tierflow.worker.handlers;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.tierflow.handler.StageContext;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call to the outside that is made once more where that is safe. Closing it ends the try that is
 * under way, and begins no other. Thread-safe.
 */
final class RepeatedCall<T> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RepeatedCall.class);

  // It only begins tries, which wait elsewhere.
  private static final ScheduledExecutorService TIMER = timer();

  private final String handler;
  private final Supplier<CompletableFuture<T>> once;
  private final CompletableFuture<T> result;
  private CompletableFuture<T> current; // guarded by this; null before the first
  private boolean closed; // guarded by this

  /**
   * Begins it.
   *
   * @param config which failures and results are tried again, and when
   * @param once makes one try
   */
  RepeatedCall(
      String handler,
      StageContext context,
      RetryConfig config,
      Supplier<CompletableFuture<T>> once) {
    this.handler = handler;
    this.once = once;
    Retry retry = Retry.of(handler, config);
    retry
        .getEventPublisher()
        .onRetry(
            event -> {
              LOG.info(
                  "{} tries again for {} in {} ms, after: {}",
                  handler,
                  context.idempotencyKey(),
                  event.getWaitInterval().toMillis(),
                  String.valueOf(event.getLastThrowable()));
              if (context instanceof RetryWitness witness) {
                witness.retried();
              }
            });
    this.result = retry.executeCompletionStage(TIMER, this::next).toCompletableFuture();
  }

  /** Waits for the last try's end. */
  T await(Duration limit) throws InterruptedException, ExecutionException, TimeoutException {
    return result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (current != null) {
      current.cancel(true);
    }
  }

  private synchronized CompletableFuture<T> next() {
    if (closed) {
      throw new CancellationException("the call of " + handler + " is over");
    }
    current = once.get();
    return current;
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            body -> {
              Thread thread = new Thread(body, "call-again");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }
}
