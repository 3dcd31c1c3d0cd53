package io.tierflow.worker.isolation;

import java.time.Duration;
import java.util.List;
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
 * Child processes that wait for tasks: as many as slots, or fewer while larger ones need their
 * memory, so that all of them together stay within the pool's. One that is used up is replaced at
 * once, in the background. Thread-safe.
 */
final class WarmPool {

  private static final Logger log = LoggerFactory.getLogger(WarmPool.class);
  private static final Duration CLOSE = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 50;

  private final Starter starting;
  private final Rests rests;
  private final BlockingDeque<Child> idle = new LinkedBlockingDeque<>();
  private final Set<Child> all = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService starter;
  private volatile NotRunException failure; // why the latest start failed; null if it did not
  private volatile boolean closed;
  private int target; // how many children there are to be; guarded by this
  private int present; // those there are, the starting ones included; guarded by this

  /** Starts one child and waits until it is ready. */
  @FunctionalInterface
  interface Starter {
    Child start() throws NotRunException, InterruptedException;
  }

  /**
   * How long to wait.
   *
   * @param afterFailure until a start that failed is tried again
   * @param patience for a child while none starts, until the task goes back to where it came from
   */
  record Rests(Duration afterFailure, Duration patience) {
    static final Rests USUAL = new Rests(Duration.ofSeconds(1), Duration.ofSeconds(10));
  }

  /**
   * Makes an empty pool.
   *
   * @param parallel how many children start at the same time
   */
  WarmPool(Starter starting, int parallel) {
    this(starting, parallel, Rests.USUAL);
  }

  WarmPool(Starter starting, int parallel, Rests rests) {
    this.starting = starting;
    this.rests = rests;
    this.starter = Executors.newScheduledThreadPool(parallel, WarmPool::daemon);
  }

  /** Keeps that many children from now on; those that lack are started in the background. */
  void keep(int count) {
    int lacking;
    synchronized (this) {
      target = count;
      lacking = Math.max(0, target - present);
      present += lacking;
    }
    for (int i = 0; i < lacking; i++) {
      replace(Duration.ZERO);
    }
  }

  /**
   * Waits until there are no more children than are to be kept: those that have no task end at
   * once, the others after their tasks.
   */
  void awaitKept() throws InterruptedException {
    while (hasTooMany()) {
      Child child = idle.pollLast(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (child != null) {
        giveBack(child);
      }
    }
  }

  /** Adds a child that was started already, as one of those to be kept. */
  void add(Child child) {
    synchronized (this) {
      present++;
    }
    all.add(child);
    idle.addFirst(child);
  }

  /** A child beside those that are kept, for one task. */
  Child startBeside(Starter other) throws NotRunException, InterruptedException {
    Child child = other.start();
    all.add(child);
    return child;
  }

  /** Ends a child that was started beside the others. */
  void end(Child beside) {
    try {
      beside.discard();
    } finally {
      all.remove(beside);
    }
  }

  /**
   * A child that can take a task; waits for one that is starting.
   *
   * @throws NotRunException if none has started for a while; the message is that of the latest try
   */
  Child take() throws NotRunException, InterruptedException {
    long failing = 0;
    while (true) {
      Child child = idle.pollFirst(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (child == null) {
        NotRunException why = failure;
        failing = why == null ? 0 : failing + LOOK_MILLIS;
        if (failing > rests.patience().toMillis()) {
          throw new NotRunException(why.getMessage(), why);
        }
      } else if (child.isUsable()) {
        return child;
      } else {
        log.warn("{} ended while it waited for a task", child);
        giveBack(child);
      }
    }
  }

  /** Takes a child back, or another one in its place. */
  void giveBack(Child child) {
    if (child.isUsable() && !closed && !hasTooMany()) {
      idle.addFirst(child); // the warmest goes first
      return;
    }
    try {
      child.discard();
    } finally {
      all.remove(child);
      if (!isOneFewer()) {
        replace(Duration.ZERO);
      }
    }
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

  private synchronized boolean hasTooMany() {
    return present > target;
  }

  // Whether the place of one that is gone is not to be filled again.
  private synchronized boolean isOneFewer() {
    if (present > target) {
      present--;
      return true;
    }
    return false;
  }

  private void replace(Duration delay) {
    try {
      var unused = starter.schedule(this::startOne, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("the pool is closed: no further child is started", e);
    }
  }

  private void startOne() {
    if (isOneFewer()) {
      return;
    }
    try {
      Child child = starting.start();
      failure = null;
      all.add(child);
      idle.addLast(child);
    } catch (NotRunException e) {
      failed(e);
    } catch (RuntimeException | Error e) { // no thread can be made, for example
      failed(new NotRunException("a handler's process does not start: " + e, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void failed(NotRunException why) {
    NotRunException before = failure;
    if (before == null || !before.getMessage().equals(why.getMessage())) {
      log.error("{}", why.getMessage(), why.getCause());
    } else {
      log.debug("once more: {}", why.getMessage());
    }
    failure = why;
    replace(rests.afterFailure());
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "child-starter");
    thread.setDaemon(true);
    return thread;
  }
}
