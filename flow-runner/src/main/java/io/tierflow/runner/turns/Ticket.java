package io.tierflow.runner.turns;

import io.tierflow.machine.TaskKey;
import java.util.Comparator;

/** A task that is out, waits its turn, or was just given it. Guarded by its {@link Turns}. */
final class Ticket {

  /** Where it stands. */
  enum State {
    OUT,
    WAITS,
    GIVEN,
    GONE
  }

  /** A run's task. */
  record Key(String runId, TaskKey task) {}

  /** Within one flow: the oldest run first, and of one run the elements in their order. */
  static final Comparator<Ticket> OLDEST_FIRST =
      Comparator.comparing((Ticket each) -> each.claim.submittedAt())
          .thenComparing(each -> each.key.runId())
          .thenComparing(each -> each.key.task().pipeline())
          .thenComparing(each -> each.key.task().stage())
          .thenComparing(each -> each.key.task().index());

  final Key key;
  final Claim claim;
  final Share share;
  final Row row; // null for one that is no element, or was begun before
  State state;

  Ticket(Key key, Claim claim, Share share, State state) {
    this.key = key;
    this.claim = claim;
    this.share = share;
    this.row = null;
    this.state = state;
  }

  /** An element that is not begun: it waits. */
  Ticket(Key key, Claim claim, Share share, Row row) {
    this.key = key;
    this.claim = claim;
    this.share = share;
    this.row = row;
    this.state = State.WAITS;
  }
}
