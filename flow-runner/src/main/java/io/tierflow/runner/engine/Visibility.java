package io.tierflow.runner.engine;

import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.engine.RunPlaces.Place;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a submitted run can be seen. The run is in Kafka before anybody waits here, so waiting is
 * a courtesy, and bounded. Thread-safe.
 */
record Visibility(
    Arrivals arrivals,
    RunPlaces places,
    RunQueries queries,
    RemoteRunners remote,
    InstantSource clock) {

  private static final Logger LOG = LoggerFactory.getLogger(Visibility.class);
  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** Whether there is a run of that id, wherever it lives. */
  boolean exists(String runId) {
    Place place = places.of(runId);
    return place.isHere()
        ? queries.has(runId, place.partition())
        : remote.run(place.owner(), runId).isPresent();
  }

  /** Sends a run's command and waits until the run can be seen, but no longer than 2 s. */
  void afterSending(String runId, Runnable send) {
    Place place = places.of(runId);
    CompletableFuture<Void> arrival = arrivals.await(runId);
    try {
      send.run();
      if (place.isHere()) {
        await(arrival);
      } else {
        await(place, runId);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      arrivals.forget(runId);
    }
  }

  private static void await(CompletableFuture<Void> arrival) throws InterruptedException {
    try {
      arrival.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.debug("a run is taken, but not to be seen yet", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an arrival never fails", e);
    }
  }

  private void await(Place place, String runId) throws InterruptedException {
    long until = clock.millis() + LIMIT.toMillis();
    try {
      while (remote.run(place.owner(), runId).isEmpty() && clock.millis() < until) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (UnavailableException e) {
      LOG.debug("a run is taken, but its owner cannot be asked yet", e);
    }
  }
}
