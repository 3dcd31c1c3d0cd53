package io.tierflow.runner.engine;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells those who submitted a run through this runner when it can be seen. Thread-safe: HTTP
 * threads wait, stream threads tell.
 */
final class Arrivals {

  private final Map<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();

  /**
   * Completes when a run of that id has been decided here. Await it before submitting the run, and
   * forget it afterwards.
   */
  CompletableFuture<Void> await(String runId) {
    return awaited.computeIfAbsent(runId, id -> new CompletableFuture<>());
  }

  void forget(String runId) {
    awaited.remove(runId);
  }

  void arrived(String runId) {
    CompletableFuture<Void> arrival = awaited.remove(runId);
    if (arrival != null) {
      arrival.complete(null);
    }
  }
}
