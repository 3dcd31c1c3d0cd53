package io.tierflow.runner.turns;

import io.tierflow.flow.Priority;
import io.tierflow.machine.Hold;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who goes next to one class: counts what is out of each flow, and keeps what waits. Pure, and not
 * thread-safe; times are milliseconds of the runner's clock.
 *
 * <ul>
 *   <li>What has high priority never waits here.
 *   <li>What has normal priority waits where several flows use the class, more is out than they
 *       share, and its flow has its share of that already.
 *   <li>What has low priority waits where more is out than the workers take soon. One of it goes
 *       for every {@value #LOW_OF} tasks that are done, however much of the others there is.
 *   <li>Of what waits, the highest priority goes first; of that the flow that has the fewest out;
 *       of that flow the oldest run.
 *   <li>What the rate of its stage does not allow yet waits, whatever its priority, and nobody
 *       behind it for its sake.
 * </ul>
 */
final class ClassTurns {

  /** How many tasks are done for one of low priority that goes in any case. */
  static final int LOW_OF = 10;

  /** How long a flow is remembered as one that uses the class. */
  static final long NEIGHBOUR_MILLIS = 600_000;

  private static final long CLEAN_MILLIS = 1_000;

  /** After how long one goes in any case, while a worker has a free slot. */
  static final long IDLE_MILLIS = 10_000;

  private final Rates rates;
  private final Map<String, Integer> outOf = new HashMap<>();
  private final Map<String, Long> seen = new HashMap<>();
  private final Pace pace = new Pace();
  private final Line high = new Line();
  private final Line normal = new Line();
  private final Line low = new Line();
  private int out;
  private int doneSinceLow;
  private long lastMove;
  private long cleanedAt;

  ClassTurns(Rates rates) {
    this.rates = rates;
  }

  /** A task was sent, or is about to be. */
  void sent(Claim claim, long now) {
    uses(claim, now);
    outOf.merge(claim.flow(), 1, Integer::sum);
    out++;
  }

  /** A task is not out any more, or was not sent after all. */
  void back(String flow) {
    outOf.merge(flow, -1, (a, b) -> a + b == 0 ? null : a + b);
    out--;
  }

  /** A task has ended. */
  void done(String flow, long now) {
    back(flow);
    pace.count(now);
    lastMove = now;
    doneSinceLow++;
  }

  void waits(Ticket task, long now) {
    uses(task.claim, now);
    line(task.claim.priority()).add(task);
  }

  void waitsNoMore(Ticket task) {
    line(task.claim.priority()).remove(task);
  }

  boolean isAnyWaiting() {
    return !high.isEmpty() || !normal.isEmpty() || !low.isEmpty();
  }

  /** What keeps a task that comes now from being sent at once, if anything does. */
  Optional<Hold> hold(Ticket asks, Offer offer, long now) {
    Predicate<Claim> allowed = allowed(now);
    if (!allowed.test(asks.claim)) {
      return Optional.of(Hold.RATE);
    }
    return !isBehindItsOwn(asks) && mayGo(asks, offer, now)
        ? Optional.empty()
        : Optional.of(Hold.TURN);
  }

  // Of one stage that has a rate, those that wait go before one that comes.
  private boolean isBehindItsOwn(Ticket asks) {
    if (asks.claim.limit().isEmpty()) {
      return false;
    }
    return switch (asks.claim.priority()) {
      case HIGH -> high.isBeforeInQueue(asks);
      case NORMAL -> high.isWaiting(asks.claim) || normal.isBeforeInQueue(asks);
      case LOW ->
          high.isWaiting(asks.claim) || normal.isWaiting(asks.claim) || low.isBeforeInQueue(asks);
    };
  }

  private boolean mayGo(Ticket asks, Offer offer, long now) {
    Claim claim = asks.claim;
    if (claim.priority() == Priority.HIGH) {
      return true;
    }
    Predicate<Claim> allowed = allowed(now);
    if (claim.priority() == Priority.NORMAL) {
      uses(claim, now);
      return !normal.isBefore(asks, this::outOf, allowed) && withinShare(offer, now).test(claim);
    }
    return !normal.isAnyWaiting(allowed)
        && !low.isBefore(asks, this::outOf, allowed)
        && isWithinLow(offer, now);
  }

  private Predicate<Claim> allowed(long now) {
    return claim -> rates.allows(claim, now);
  }

  /** Takes out the next of what waits that may be sent now. */
  Optional<Ticket> next(Offer offer, long now) {
    Predicate<Claim> allowed = allowed(now);
    Optional<Ticket> next = high.next(this::outOf, allowed);
    if (next.isEmpty() && !normal.isEmpty()) {
      next = normal.next(this::outOf, allowed.and(withinShare(offer, now)));
    }
    if (next.isEmpty() && isLowDue(offer, now)) {
      next = low.next(this::outOf, allowed);
    }
    if (next.isEmpty() && offer.free() && now - lastMove >= IDLE_MILLIS) {
      next = normal.next(this::outOf, allowed);
      next = next.isPresent() ? next : low.next(this::outOf, allowed);
    }
    next.ifPresent(task -> moved(task, now));
    return next;
  }

  private void moved(Ticket task, long now) {
    lastMove = now;
    if (task.claim.priority() == Priority.LOW) {
      doneSinceLow = 0;
    }
  }

  private boolean isLowDue(Offer offer, long now) {
    return isWithinLow(offer, now) || doneSinceLow >= LOW_OF;
  }

  private boolean isWithinLow(Offer offer, long now) {
    return out < Window.low(offer.slots(), pace.perSecond(now));
  }

  // The flows are counted once for all that it is asked of.
  private Predicate<Claim> withinShare(Offer offer, long now) {
    int flows = neighbours(now);
    int shared = Window.shared(offer.slots(), pace.perSecond(now));
    if (flows <= 1 || out < shared) {
      return claim -> true;
    }
    int each = Math.max(1, shared / flows);
    return claim -> outOf(claim.flow()) < each;
  }

  private void uses(Claim claim, long now) {
    if (claim.priority() == Priority.NORMAL) {
      seen.put(claim.flow(), now);
    }
  }

  // How many flows use the class: one alone never waits for itself.
  private int neighbours(long now) {
    if (seen.size() > 1 && now - cleanedAt >= CLEAN_MILLIS) {
      cleanedAt = now;
      seen.entrySet()
          .removeIf(each -> now - each.getValue() > NEIGHBOUR_MILLIS && isIdle(each.getKey()));
    }
    return seen.size();
  }

  private boolean isIdle(String flow) {
    return outOf(flow) == 0 && !normal.isWaiting(flow);
  }

  private int outOf(String flow) {
    return outOf.getOrDefault(flow, 0);
  }

  private Line line(Priority priority) {
    return switch (priority) {
      case HIGH -> high;
      case NORMAL -> normal;
      case LOW -> low;
    };
  }
}
