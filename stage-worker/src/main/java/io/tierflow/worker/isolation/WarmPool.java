package io.tierflow.worker.isolation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Child processes that wait for tasks: as many as slots, so that all of them together stay within
 * the pool's memory. One that is used up is replaced at once, in the background. Thread-safe.
 */
final class WarmPool {

  private static final Logger log = LoggerFactory.getLogger(WarmPool.class);
  private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  /** A child, or why there is none. */
  private record Place(Optional<Child> child, Optional<NotRunException> failure) {}

  private final ChildStart start;
  private final BlockingDeque<Place> idle = new LinkedBlockingDeque<>();
  private final Set<Child> all = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService starter;
  private volatile boolean closed;

  /**
   * Makes an empty pool.
   *
   * @param parallel how many children start at the same time
   */
  WarmPool(ChildStart start, int parallel) {
    this.start = start;
    this.starter = Executors.newScheduledThreadPool(parallel, WarmPool::daemon);
  }

  /** Starts that many children, in the background. */
  void fill(int count) {
    for (int i = 0; i < count; i++) {
      replace(Duration.ZERO);
    }
  }

  /** Adds a child that was started already. */
  void add(Child child) {
    all.add(child);
    idle.addFirst(new Place(Optional.of(child), Optional.empty()));
  }

  /** A child that can take a task; waits for one that is starting. */
  Child take() throws NotRunException, InterruptedException {
    while (true) {
      Place place = idle.takeFirst();
      if (place.failure().isPresent()) {
        throw place.failure().get();
      }
      Child child = place.child().orElseThrow();
      if (child.isUsable()) {
        return child;
      }
      log.warn("{} ended while it waited for a task", child);
      giveBack(child);
    }
  }

  /** Takes a child back, or another one in its place. */
  void giveBack(Child child) {
    if (child.isUsable() && !closed) {
      idle.addFirst(new Place(Optional.of(child), Optional.empty())); // the warmest goes first
      return;
    }
    child.discard();
    all.remove(child);
    replace(Duration.ZERO);
  }

  /** All children there are, idle and busy. */
  List<Child> children() {
    return List.copyOf(all);
  }

  /** Kills all. */
  void close() {
    closed = true;
    starter.shutdownNow();
    try {
      if (!starter.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("a child that is starting does not give up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // what is there is killed all the same
    }
    all.forEach(Child::discard);
  }

  private void replace(Duration delay) {
    try {
      var unused = starter.schedule(this::startOne, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("the pool is closed: no further child is started", e);
    }
  }

  private void startOne() {
    try {
      Child child = start.start();
      all.add(child);
      idle.addLast(new Place(Optional.of(child), Optional.empty()));
    } catch (NotRunException e) {
      log.error("{}", e.getMessage());
      idle.addLast(new Place(Optional.empty(), Optional.of(e)));
      replace(REST_AFTER_FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "child-starter");
    thread.setDaemon(true);
    return thread;
  }
}
