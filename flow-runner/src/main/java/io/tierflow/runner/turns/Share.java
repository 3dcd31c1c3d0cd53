package io.tierflow.runner.turns;

import io.tierflow.machine.Hold;
import io.tierflow.machine.Sending;
import io.tierflow.machine.TaskKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One partition's tasks among those of a runner: which of them are out, and which wait their turn.
 * One thread owns it; only {@link #give} is called by others.
 */
public final class Share {

  /** After how long a turn that nothing came of is told again: 10 s. */
  static final long TELL_AGAIN_MILLIS = 10_000;

  private final Turns turns;
  private final int partition;
  private final Map<String, Map<TaskKey, Ticket>> tickets = new HashMap<>();
  private final List<Claim> taken = new ArrayList<>();
  private final List<Ticket> found = new ArrayList<>();
  private final Queue<Ticket> given = new ConcurrentLinkedQueue<>();
  private final Queue<Ticket> untold = new ArrayDeque<>();
  private final Map<Ticket, Long> told = new LinkedHashMap<>();
  private final Rows rows;

  Share(Turns turns, int partition) {
    this.turns = turns;
    this.partition = partition;
    this.rows = new Rows(turns, this);
  }

  /**
   * What keeps a task from being sent at once; it may have the place of one that the same decision
   * ended. What is sent, or is not, is said before another decision asks.
   */
  public Optional<Hold> hold(String runId, Claim claim, Sending sending, long now) {
    Ticket asks =
        new Ticket(new Ticket.Key(runId, sending.task()), claim, this, Ticket.State.WAITS);
    Optional<Hold> hold = turns.take(asks, sending.ended().map(task -> find(runId, task)), now);
    if (hold.isEmpty()) {
      taken.add(claim);
    }
    return hold;
  }

  /**
   * What keeps a task whose turn was told from being sent after all: of what its rate allowed then,
   * some may be another runner's by now.
   */
  public Optional<Hold> late(String runId, Claim claim, Sending sending, long now) {
    if (claim.limit().isEmpty()) {
      return Optional.empty();
    }
    Ticket ticket = find(runId, sending.task());
    if (ticket == null || !turns.isGiven(ticket)) {
      return hold(runId, claim, sending, now).filter(Hold.RATE::equals); // another owner told it
    }
    return turns.isStillAllowed(ticket, now) ? Optional.empty() : Optional.of(Hold.RATE);
  }

  /** All that was decided is said: what might have gone and did not leaves room to others. */
  public void settle() {
    if (!taken.isEmpty()) {
      taken.forEach(turns::back);
      taken.clear();
    }
  }

  /** A task was sent. */
  public void sent(String runId, TaskKey task, Claim claim, long now) {
    Ticket ticket = find(runId, task);
    if (ticket != null) {
      turns.goes(ticket, now);
      return;
    }
    if (taken.remove(claim)) {
      turns.went(claim, now);
    } else {
      turns.sent(claim, now, now);
    }
    add(runId, task, claim, Ticket.State.OUT);
  }

  /** A task that was sent then is found out in a partition that is taken over. */
  public void foundOut(String runId, TaskKey task, Claim claim, Instant sentAt, long now) {
    turns.sent(claim, Math.min(sentAt.toEpochMilli(), now), now);
    add(runId, task, claim, Ticket.State.OUT);
  }

  /** A task waits its turn; it may have been out, or waiting, before. */
  public void waits(String runId, TaskKey task, Claim claim, long now) {
    Ticket before = find(runId, task);
    if (before != null) {
      turns.leave(Set.of(before), now);
    }
    turns.waits(Set.of(add(runId, task, claim, Ticket.State.WAITS)), now);
  }

  /** A task was found waiting in a partition that is taken over; until all are, it gets no turn. */
  public void found(String runId, TaskKey task, Claim claim) {
    found.add(add(runId, task, claim, Ticket.State.WAITS));
  }

  /**
   * The elements of a for-each from one index up to another, which is left out, are not begun and
   * wait their turn; no others of it do.
   */
  public void waitsUnbegun(String runId, TaskKey whole, Claim claim, int from, int to, long now) {
    rows.reaches(runId, whole, claim, from, to, now);
  }

  /** The same, as {@link #found} says of a task. */
  public void foundUnbegun(String runId, TaskKey whole, Claim claim, int from, int to) {
    rows.found(runId, whole, claim, from, to);
  }

  /** What a partition that is taken over has is told: what was found waiting may get its turn. */
  public void allFound(long now) {
    turns.waits(found, now);
    found.clear();
    rows.allFound(now);
  }

  /** A worker has done with a task. */
  public void done(String runId, TaskKey task, long now) {
    Ticket ticket = remove(runId, task);
    if (ticket != null) {
      turns.done(ticket, now);
    }
  }

  /** A task is not to be worked any more, or something else holds it. */
  public void leaves(String runId, TaskKey task, long now) {
    Ticket ticket = remove(runId, task);
    if (ticket != null) {
      turns.leave(Set.of(ticket), now);
    }
  }

  /** No element of a for-each is to be worked any more. */
  public void leavesWhole(String runId, TaskKey stage, long now) {
    if (rows.forget(runId, stage, now)) {
      adopt(now);
    }
    Map<TaskKey, Ticket> all = tickets.getOrDefault(runId, Map.of());
    List<Ticket> left = new ArrayList<>();
    for (Iterator<Ticket> each = all.values().iterator(); each.hasNext(); ) {
      Ticket ticket = each.next();
      if (ticket.key.task().whole().equals(stage)) {
        left.add(ticket);
        each.remove();
      }
    }
    if (all.isEmpty()) {
      tickets.remove(runId);
    }
    turns.leave(left, now);
  }

  /** What a turn was told for is decided: where it was not sent, others go. */
  public void answered(String runId, TaskKey task, long now) {
    Ticket ticket = find(runId, task);
    if (ticket != null && turns.isGiven(ticket)) {
      leaves(runId, task, now);
    }
  }

  /** A run has ended, or is gone. */
  public void forget(String runId, long now) {
    if (rows.forget(runId, now)) {
      adopt(now);
    }
    Map<TaskKey, Ticket> all = tickets.remove(runId);
    if (all != null) {
      turns.leave(all.values(), now);
    }
  }

  /** Whether a turn came that is not told yet. */
  public boolean isAnyGiven() {
    return !given.isEmpty() || !untold.isEmpty();
  }

  /** Looks whose turn it is by time alone, or because nobody answered. */
  public void tick(long now) {
    turns.give(now);
    told.entrySet().removeIf(each -> !turns.isGiven(each.getKey()));
    told.entrySet().stream()
        .filter(each -> now - each.getValue() >= TELL_AGAIN_MILLIS)
        .map(Map.Entry::getKey)
        .forEach(untold::add);
  }

  /** The tasks whose turn it is, by run; each is told once until {@link #tick} has it again. */
  public Map<String, List<TaskKey>> due(long now) {
    Map<String, List<TaskKey>> due = new LinkedHashMap<>();
    adopt(now);
    for (Ticket ticket = untold.poll(); ticket != null; ticket = untold.poll()) {
      if (turns.isGiven(ticket)) {
        told.put(ticket, now);
        due.computeIfAbsent(ticket.key.runId(), run -> new ArrayList<>()).add(ticket.key.task());
      }
    }
    return due;
  }

  /** The partition is another runner's. */
  public void close(long now) {
    turns.closed(partition);
    settle();
    rows.forgetAll(now);
    adopt(now);
    List<Ticket> left = new ArrayList<>();
    tickets.values().forEach(all -> left.addAll(all.values()));
    turns.leave(left, now);
    tickets.clear();
    found.clear();
    untold.clear();
    told.clear();
  }

  /** It is the turn of this one. Any thread. */
  void give(Ticket ticket) {
    given.add(ticket);
  }

  // An element that was not begun has a ticket by its turn: it is kept from here on.
  private void adopt(long now) {
    for (Ticket ticket = given.poll(); ticket != null; ticket = given.poll()) {
      Map<TaskKey, Ticket> all =
          tickets.computeIfAbsent(ticket.key.runId(), run -> new HashMap<>());
      Ticket known = all.putIfAbsent(ticket.key.task(), ticket);
      if (known == null || known == ticket) {
        untold.add(ticket);
      } else {
        turns.leave(Set.of(ticket), now); // it went otherwise
      }
    }
  }

  // Null where it is not known.
  private Ticket remove(String runId, TaskKey task) {
    Map<TaskKey, Ticket> all = tickets.get(runId);
    Ticket ticket = all == null ? null : all.remove(task);
    if (all != null && all.isEmpty()) {
      tickets.remove(runId);
    }
    return ticket;
  }

  private Ticket find(String runId, TaskKey task) {
    Map<TaskKey, Ticket> all = tickets.get(runId);
    return all == null ? null : all.get(task);
  }

  private Ticket add(String runId, TaskKey task, Claim claim, Ticket.State state) {
    Ticket ticket = new Ticket(new Ticket.Key(runId, task), claim, this, state);
    tickets.computeIfAbsent(runId, run -> new HashMap<>()).put(task, ticket);
    return ticket;
  }
}
