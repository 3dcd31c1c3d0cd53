package io.tierflow.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Workers of one process that are started and stopped together. Thread-safe. */
public final class WorkerGroup implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WorkerGroup.class);

  private final List<Worker> workers;

  /** A group of these; it keeps a copy. */
  public WorkerGroup(List<Worker> workers) {
    this.workers = List.copyOf(workers);
  }

  /** Starts them one after the other; the first that does not start ends it. */
  void start() throws WorkerStartException, InterruptedException {
    for (Worker worker : workers) {
      worker.start();
    }
  }

  /** Waits until all have subscribed; false if the time was over first. */
  boolean awaitSubscribed(Duration time) throws InterruptedException {
    for (Worker worker : workers) {
      if (!worker.awaitSubscribed(time)) {
        return false;
      }
    }
    return true;
  }

  boolean isReady() {
    return workers.stream().allMatch(Worker::isReady);
  }

  /**
   * Stops them all at once, so that they share the grace time; returns when all have stopped. What
   * goes wrong with one is logged and keeps none of the others.
   */
  @Override
  public void close() {
    Map<String, Runnable> stops = new LinkedHashMap<>();
    workers.forEach(worker -> stops.put(worker.id(), worker::close));
    together(stops);
  }

  /** Does all of these at once, each by its worker's id. */
  static void together(Map<String, Runnable> each) {
    List<Thread> stops = new ArrayList<>();
    each.forEach(
        (id, body) -> {
          Thread stop = new Thread(() -> stop(id, body), "stop-" + id);
          stops.add(stop);
          stop.start();
        });
    try {
      for (Thread stop : stops) {
        stop.join();
      }
    } catch (InterruptedException e) {
      log.warn("interrupted while the workers stop");
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(String id, Runnable body) {
    try {
      body.run();
    } catch (RuntimeException | Error e) { // at the end of a thread nobody else would tell it
      log.error("{} did not stop in an orderly way", id, e);
    }
  }
}
