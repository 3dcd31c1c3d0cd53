package io.tierflow.runner.turns;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * The tasks of one priority that wait for one class, a queue for each flow, and one for each stage
 * that has a rate: it may have to wait while others of its flow go. The flow with the fewest tasks
 * out is next, and of several such the one that was served longest ago. Not thread-safe.
 */
final class Line {

  private final Map<String, TreeSet<Ticket>> queues = new LinkedHashMap<>();

  void add(Ticket task) {
    queues
        .computeIfAbsent(task.claim.queue(), queue -> new TreeSet<>(Ticket.OLDEST_FIRST))
        .add(task);
  }

  void remove(Ticket task) {
    TreeSet<Ticket> queue = queues.get(task.claim.queue());
    if (queue != null && queue.remove(task) && queue.isEmpty()) {
      queues.remove(task.claim.queue());
    }
  }

  boolean isEmpty() {
    return queues.isEmpty();
  }

  /** Whether something of this flow waits. */
  boolean isWaiting(String flow) {
    return heads().anyMatch(head -> head.flow().equals(flow));
  }

  /** Whether one of those waits that may go as far as this says. */
  boolean isAnyWaiting(Predicate<Claim> mayGo) {
    return heads().anyMatch(mayGo);
  }

  private Stream<Claim> heads() {
    return queues.values().stream().map(queue -> queue.first().claim);
  }

  /** Whether something waits in the same queue. */
  boolean isWaiting(Claim claim) {
    return queues.containsKey(claim.queue());
  }

  /** Whether something waits in one's own queue that is older. */
  boolean isBeforeInQueue(Ticket asks) {
    TreeSet<Ticket> own = queues.get(asks.claim.queue());
    return own != null && isOlder(own.first(), asks);
  }

  /**
   * Whether one goes behind what waits here and may go: something of its own flow that is older, or
   * a flow that has no more tasks out. The elements of its own for-each that are not begun have an
   * order of their own.
   */
  boolean isBefore(Ticket asks, ToIntFunction<String> out, Predicate<Claim> mayGo) {
    if (queues.isEmpty()) {
      return false;
    }
    String flow = asks.claim.flow();
    int outOfIts = out.applyAsInt(flow);
    for (TreeSet<Ticket> queue : queues.values()) {
      Ticket head = queue.first();
      boolean before =
          head.claim.flow().equals(flow)
              ? isOlder(head, asks)
              : out.applyAsInt(head.claim.flow()) <= outOfIts;
      if (before && mayGo.test(head.claim)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOlder(Ticket waits, Ticket asks) {
    boolean sameRun = waits.key.runId().equals(asks.key.runId());
    return (waits.row == null || !sameRun) && Ticket.OLDEST_FIRST.compare(waits, asks) < 0;
  }

  /** Takes out the next of those that may go. */
  Optional<Ticket> next(ToIntFunction<String> out, Predicate<Claim> mayGo) {
    String fewest = null;
    int least = 0;
    for (Map.Entry<String, TreeSet<Ticket>> queue : queues.entrySet()) {
      Claim head = queue.getValue().first().claim;
      int outOfIts = out.applyAsInt(head.flow());
      if ((fewest == null || outOfIts < least) && mayGo.test(head)) {
        fewest = queue.getKey();
        least = outOfIts;
      }
    }
    if (fewest == null) {
      return Optional.empty();
    }
    TreeSet<Ticket> queue = queues.remove(fewest);
    Ticket next = queue.pollFirst();
    if (!queue.isEmpty()) {
      queues.put(fewest, queue); // at the end
    }
    return Optional.of(next);
  }
}
