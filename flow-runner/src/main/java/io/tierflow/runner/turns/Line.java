package io.tierflow.runner.turns;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * The tasks of one priority that wait for one class, a lane for each flow. The flow with the fewest
 * tasks out is next, and of several such the one that was served longest ago. Not thread-safe.
 */
final class Line {

  private final Map<String, TreeSet<Ticket>> lanes = new LinkedHashMap<>();

  void add(Ticket task) {
    lanes.computeIfAbsent(task.claim.flow(), flow -> new TreeSet<>(Ticket.OLDEST_FIRST)).add(task);
  }

  void remove(Ticket task) {
    TreeSet<Ticket> lane = lanes.get(task.claim.flow());
    if (lane != null && lane.remove(task) && lane.isEmpty()) {
      lanes.remove(task.claim.flow());
    }
  }

  boolean isEmpty() {
    return lanes.isEmpty();
  }

  /** Whether something of this flow waits. */
  boolean isWaiting(String flow) {
    return lanes.containsKey(flow);
  }

  /**
   * Whether one goes behind what waits here: something of its own flow that is older, or a flow
   * that has no more tasks out. The elements of its own for-each that are not begun have an order
   * of their own.
   */
  boolean isBefore(Ticket asks, ToIntFunction<String> out) {
    if (lanes.isEmpty()) {
      return false;
    }
    String flow = asks.claim.flow();
    TreeSet<Ticket> own = lanes.get(flow);
    if (own != null && isOlder(own.first(), asks)) {
      return true;
    }
    int outOfIts = out.applyAsInt(flow);
    return lanes.keySet().stream()
        .anyMatch(other -> !other.equals(flow) && out.applyAsInt(other) <= outOfIts);
  }

  private static boolean isOlder(Ticket waits, Ticket asks) {
    boolean sameRun = waits.key.runId().equals(asks.key.runId());
    return (waits.row == null || !sameRun) && Ticket.OLDEST_FIRST.compare(waits, asks) < 0;
  }

  /** Takes out the next of those that may go. */
  Optional<Ticket> next(ToIntFunction<String> out, Predicate<Claim> mayGo) {
    String fewest = null;
    for (Map.Entry<String, TreeSet<Ticket>> lane : lanes.entrySet()) {
      if ((fewest == null || out.applyAsInt(lane.getKey()) < out.applyAsInt(fewest))
          && mayGo.test(lane.getValue().first().claim)) {
        fewest = lane.getKey();
      }
    }
    if (fewest == null) {
      return Optional.empty();
    }
    TreeSet<Ticket> lane = lanes.remove(fewest);
    Ticket next = lane.pollFirst();
    if (!lane.isEmpty()) {
      lanes.put(fewest, lane); // at the end
    }
    return Optional.of(next);
  }
}
