package io.tierflow.runner.turns;

import io.tierflow.machine.Hold;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Who goes next to each lane, among the tasks of all partitions that this runner owns. Other
 * runners count for themselves. Thread-safe; times are milliseconds of the runner's clock.
 *
 * <p>It holds nothing that a run's state does not have: a partition that is taken over tells anew
 * what is out and what waits.
 */
public final class Turns {

  /** How long what the workers offer counts as known. */
  private static final long OFFER_MILLIS = 500;

  private final Function<String, Offer> offers;
  private final Rates rates;
  private final Map<String, Lane> lanes = new HashMap<>();

  private static final class Lane {
    final ClassTurns turns;
    Offer offer;
    long offeredAt;

    Lane(Rates rates) {
      this.turns = new ClassTurns(rates);
    }
  }

  /**
   * Nothing is out yet.
   *
   * @param partitions how many there are in all, of this runner and all others
   * @param offers what the live workers of a lane offer now; asked at most every half second
   */
  public Turns(int partitions, Function<String, Offer> offers) {
    this.offers = offers;
    this.rates = new Rates(new Parts(partitions));
  }

  /** The share of one partition, which is this runner's from now on. */
  public synchronized Share share(int partition, long now) {
    rates.parts().came(partition, now);
    return new Share(this, partition);
  }

  /** A partition is another runner's. */
  synchronized void closed(int partition) {
    rates.parts().went(partition);
  }

  /**
   * What keeps a task from being sent at once; where nothing does, it counts as out.
   *
   * @param ends one that counts as out still, and is about to be done
   */
  synchronized Optional<Hold> take(Ticket asks, Optional<Ticket> ends, long now) {
    Claim claim = asks.claim;
    Lane lane = lane(claim.lane());
    Offer offer = offer(claim.lane(), lane, now);
    Optional<Claim> leaves =
        ends.filter(Turns::isCounted)
            .map(ticket -> ticket.claim)
            .filter(ending -> ending.lane().equals(claim.lane()));
    leaves.ifPresent(ending -> lane.turns.back(ending.flow()));
    Optional<Hold> hold = lane.turns.hold(asks, offer, now);
    leaves.ifPresent(ending -> lane.turns.sent(ending, now));
    if (hold.isEmpty()) {
      lane.turns.sent(claim, now);
      rates.reserve(claim);
    }
    return hold;
  }

  /** A task that was said to go did. */
  synchronized void went(Claim claim, long now) {
    rates.release(claim);
    rates.sent(claim, now);
  }

  /** A task is out that did not ask. */
  synchronized void sent(Claim claim, long at, long now) {
    lane(claim.lane()).turns.sent(claim, now);
    rates.sent(claim, at);
  }

  /** A task that was said to go did not. */
  synchronized void back(Claim claim) {
    lane(claim.lane()).turns.back(claim.flow());
    rates.release(claim);
  }

  /** These wait their turn; nobody gets one before all of them are known. */
  synchronized void waits(Collection<Ticket> tickets, long now) {
    tickets.forEach(ticket -> lane(ticket.claim.lane()).turns.waits(ticket, now));
  }

  /** These elements of a for-each are those that wait. */
  synchronized void reaches(Row row, int from, int to, long now) {
    ClassTurns lane = lane(row.claim.lane()).turns;
    Optional<Ticket> before = row.head();
    row.reaches(from, to);
    if (!row.head().equals(before)) {
      before.ifPresent(lane::waitsNoMore);
      row.head().ifPresent(head -> lane.waits(head, now));
    }
  }

  /** A task that waited, or was given its turn, is out; says so where it was not counted yet. */
  synchronized void goes(Ticket ticket, long now) {
    ClassTurns lane = lane(ticket.claim.lane()).turns;
    if (ticket.state == Ticket.State.WAITS) {
      lane.waitsNoMore(ticket);
      lane.sent(ticket.claim, now);
    }
    rates.sent(ticket.claim, now);
    enter(ticket, Ticket.State.OUT);
  }

  private static boolean isCounted(Ticket ticket) {
    return ticket.state == Ticket.State.OUT || ticket.state == Ticket.State.GIVEN;
  }

  private void enter(Ticket ticket, Ticket.State state) {
    if (ticket.state == Ticket.State.GIVEN) {
      rates.release(ticket.claim);
      if (ticket.row != null) {
        ticket.row.oneWent();
      }
    }
    ticket.state = state;
  }

  /** A worker has done with a task, which lets another go. */
  synchronized void done(Ticket ticket, long now) {
    if (isCounted(ticket)) {
      lane(ticket.claim.lane()).turns.done(ticket.claim.flow(), now);
      enter(ticket, Ticket.State.GONE);
      give(ticket.claim.lane(), now);
    } else {
      leave(Set.of(ticket), now);
    }
  }

  /** These are neither out nor wait; others go once all of them have left. */
  synchronized void leave(Collection<Ticket> tickets, long now) {
    Set<String> left = new HashSet<>();
    for (Ticket ticket : tickets) {
      ClassTurns lane = lane(ticket.claim.lane()).turns;
      switch (ticket.state) {
        case WAITS -> lane.waitsNoMore(ticket);
        case OUT, GIVEN -> lane.back(ticket.claim.flow());
        case GONE -> {
          continue;
        }
      }
      enter(ticket, Ticket.State.GONE);
      left.add(ticket.claim.lane());
    }
    left.forEach(lane -> give(lane, now));
  }

  /** Gives their turn to those that may go now, in all lanes. */
  synchronized void give(long now) {
    lanes.keySet().forEach(lane -> give(lane, now));
  }

  /** Whether a ticket was given its turn and has not gone yet. */
  synchronized boolean isGiven(Ticket ticket) {
    return ticket.state == Ticket.State.GIVEN;
  }

  /** Whether the rate of one that has its turn allows it still. */
  synchronized boolean isStillAllowed(Ticket ticket, long now) {
    return rates.allowsReserved(ticket.claim, now);
  }

  private void give(String name, long now) {
    Lane lane = lanes.get(name);
    while (lane.turns.isAnyWaiting()) {
      Optional<Ticket> next = lane.turns.next(offer(name, lane, now), now);
      if (next.isEmpty()) {
        return;
      }
      Ticket ticket = next.get();
      ticket.state = Ticket.State.GIVEN;
      lane.turns.sent(ticket.claim, now);
      rates.reserve(ticket.claim);
      ticket.share.give(ticket);
      if (ticket.row != null) {
        ticket.row.headHasItsTurn();
        ticket.row.head().ifPresent(following -> lane.turns.waits(following, now));
      }
    }
  }

  private Lane lane(String name) {
    return lanes.computeIfAbsent(name, lane -> new Lane(rates));
  }

  private Offer offer(String name, Lane lane, long now) {
    if (lane.offer == null || now - lane.offeredAt >= OFFER_MILLIS) {
      lane.offer = offers.apply(name);
      lane.offeredAt = now;
    }
    return lane.offer;
  }
}
