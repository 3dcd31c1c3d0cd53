package io.tierflow.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers of one process, one for each class that it serves. Thread-safe. */
final class WorkerGroup implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WorkerGroup.class);

  private final List<Worker> workers;

  WorkerGroup(List<Worker> workers) {
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

  /** Stops them all at once, so that they share the grace time. */
  @Override
  public void close() {
    List<Thread> stops = new ArrayList<>();
    for (Worker worker : workers) {
      Thread stop = new Thread(worker::close, "stop-" + worker.id());
      stops.add(stop);
      stop.start();
    }
    try {
      for (Thread stop : stops) {
        stop.join();
      }
    } catch (InterruptedException e) {
      log.warn("interrupted while the workers stop");
      Thread.currentThread().interrupt();
    }
  }
}
