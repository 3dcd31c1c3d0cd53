package io.tierflow.runner.turns;

import io.tierflow.machine.TaskKey;
import java.util.Optional;

/**
 * The elements of a for-each that are not begun: only the next one stands in line, and the one
 * after it takes its place. Guarded by its {@link Turns}.
 */
final class Row {

  private final String runId;
  private final TaskKey whole;
  private final Share share;
  final Claim claim;
  private Ticket head; // null where none stands in line
  private int next; // the index after the last that was given its turn
  private int end;
  private int given; // how many have their turn and have neither gone nor left

  Row(String runId, TaskKey whole, Claim claim, Share share) {
    this.runId = runId;
    this.whole = whole;
    this.claim = claim;
    this.share = share;
  }

  /** Who stands in line. */
  Optional<Ticket> head() {
    return Optional.ofNullable(head);
  }

  /** The elements from one index up to another, which is left out, are those that wait. */
  void reaches(int from, int to) {
    next = given == 0 ? from : Math.max(from, next); // else some of them have their turn already
    end = to;
    if (head != null && (next >= end || head.key.task().index() != next)) {
      head.state = Ticket.State.GONE;
      head = null;
    }
    stand();
  }

  /** The one in line has its turn; the one after it stands there now. */
  void headHasItsTurn() {
    given++;
    next++;
    head = null;
    stand();
  }

  /** One that had its turn has gone, or left. */
  void oneWent() {
    given--;
  }

  private void stand() {
    if (head == null && next < end) {
      Ticket.Key key = new Ticket.Key(runId, whole.element(next));
      head = new Ticket(key, claim, share, this);
    }
  }
}
