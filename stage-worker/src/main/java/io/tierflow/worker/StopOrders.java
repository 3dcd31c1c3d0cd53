package io.tierflow.worker;

import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.StopReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Which attempts no longer count, as the runner has told: those that run here learn of it at once,
 * and those that still come are known. The memory is bounded; what falls out of it only costs work
 * whose reply is stale. Thread-safe.
 */
final class StopOrders {

  /** How long an order is kept: as long as its topic keeps it. */
  static final Duration KEPT = Duration.ofDays(1);

  /** How many are kept: some 10 MB. */
  static final int MOST = 50_000;

  // What an order is about: all of a run; all of a stage; or one element of it.
  private record Scope(String runId, String pipeline, String stage, Integer index) {}

  private record Standing(int attempt, StopReason reason, long since) {}

  private final LongSupplier nanos;
  private final int most;
  private final Map<Scope, Standing> standing = new LinkedHashMap<>(); // oldest first; by this
  private final Set<Watch> watches = new HashSet<>(); // guarded by this
  private volatile boolean any; // saves tasks the lock where there was never an order

  /** A steady count of nanoseconds tells when to forget. */
  StopOrders(LongSupplier nanos) {
    this(nanos, MOST);
  }

  StopOrders(LongSupplier nanos, int most) {
    this.nanos = nanos;
    this.most = most;
  }

  /** One attempt that runs here, until it is closed. */
  final class Watch implements AutoCloseable {

    private final StageTask task;
    private final CompletableFuture<StopReason> stopped = new CompletableFuture<>();

    private Watch(StageTask task) {
      this.task = task;
    }

    /** Completes when the attempt no longer counts; never otherwise. */
    CompletableFuture<StopReason> stopped() {
      return stopped;
    }

    @Override
    public void close() {
      synchronized (StopOrders.this) {
        watches.remove(this);
      }
    }
  }

  /** Watches over an attempt from now on; an order that was there before counts as well. */
  synchronized Watch watch(StageTask task) {
    Watch watch = new Watch(task);
    watches.add(watch);
    against(task).ifPresent(watch.stopped::complete);
    return watch;
  }

  /** Why this attempt does not count; empty if it does, as far as is known here. */
  Optional<StopReason> against(StageTask task) {
    return any ? find(task) : Optional.empty();
  }

  /** Takes an order; one that was taken before changes nothing. */
  void take(StopOrder order) {
    Scope scope =
        new Scope(order.getRunId(), order.getPipeline(), order.getStage(), order.getIndex());
    int attempt = order.getAttempt() == null ? Integer.MAX_VALUE : order.getAttempt();
    List<Watch> concerned = new ArrayList<>();
    synchronized (this) {
      Standing before = standing.remove(scope); // put again, it is the newest
      boolean further = before == null || before.attempt() < attempt;
      long now = nanos.getAsLong();
      standing.put(
          scope,
          further
              ? new Standing(attempt, order.getReason(), now)
              : new Standing(before.attempt(), before.reason(), now));
      any = true;
      forget(now);
      for (Watch watch : watches) {
        if (!watch.stopped.isDone() && find(watch.task).isPresent()) {
          concerned.add(watch);
        }
      }
    }
    concerned.forEach(watch -> watch.stopped.complete(order.getReason()));
  }

  private synchronized Optional<StopReason> find(StageTask task) {
    Optional<StopReason> found = find(new Scope(task.getRunId(), null, null, null), task);
    if (found.isEmpty()) {
      found = find(new Scope(task.getRunId(), task.getPipeline(), task.getStage(), null), task);
    }
    return found.isPresent() || task.getIndex() == null
        ? found
        : find(
            new Scope(task.getRunId(), task.getPipeline(), task.getStage(), task.getIndex()), task);
  }

  private Optional<StopReason> find(Scope scope, StageTask task) {
    return Optional.ofNullable(standing.get(scope))
        .filter(order -> task.getAttempt() <= order.attempt())
        .map(Standing::reason);
  }

  private void forget(long now) {
    Iterator<Standing> oldest = standing.values().iterator();
    while (oldest.hasNext()) {
      Standing each = oldest.next();
      if (standing.size() <= most && now - each.since() < KEPT.toNanos()) {
        return;
      }
      oldest.remove();
    }
  }
}
