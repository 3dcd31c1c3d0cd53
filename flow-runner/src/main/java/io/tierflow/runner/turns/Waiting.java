package io.tierflow.runner.turns;

import io.tierflow.machine.TaskKey;
import java.util.Comparator;

/** A task that waits its turn, or was just given it. */
final class Waiting {

  /** A run's task. */
  record Key(String runId, TaskKey task) {}

  /** Within one flow: the oldest run first, and of one run the elements in their order. */
  static final Comparator<Waiting> OLDEST_FIRST =
      Comparator.comparing((Waiting each) -> each.claim.submittedAt())
          .thenComparing(each -> each.key.runId())
          .thenComparing(each -> each.key.task().pipeline())
          .thenComparing(each -> each.key.task().stage())
          .thenComparing(each -> each.key.task().index());

  final Key key;
  final Claim claim;
  final Turns.Share share;
  long postedAt; // once it was given its turn

  Waiting(Key key, Claim claim, Turns.Share share) {
    this.key = key;
    this.claim = claim;
    this.share = share;
  }
}
