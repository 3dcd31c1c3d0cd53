package io.tierflow.standalone.guarantees;

import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageSucceeded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** No worker works on more tasks at a time than it has slots, by the times that it tells itself. */
final class SlotsAreNeverExceeded implements Guarantee {

  private final int slots;
  private final Map<String, Set<Span>> spans = new HashMap<>();

  SlotsAreNeverExceeded(int slots) {
    this.slots = slots;
  }

  private record Span(String attempt, Instant from, Instant to) {}

  private record Change(Instant at, int by) {}

  @Override
  public void replied(StageResult result) {
    if (result.getBody() instanceof StageSucceeded done) {
      add(
          result.getWorker(),
          result.getTaskId() + "#" + result.getAttempt(),
          done.getStartedAt(),
          done.getEndedAt());
    }
  }

  @Override
  public void failed(StageFailed failed) {
    add(
        failed.getWorker(),
        failed.getTaskId() + "#" + failed.getAttempt(),
        failed.getStartedAt(),
        failed.getEndedAt());
  }

  private void add(String worker, String attempt, Instant from, Instant to) {
    // A reply that was sent twice is one span: a set.
    spans.computeIfAbsent(worker, w -> new HashSet<>()).add(new Span(attempt, from, to));
  }

  @Override
  public List<String> violations() {
    List<String> found = new ArrayList<>();
    spans.forEach(
        (worker, worked) -> {
          int most = most(worked);
          if (most > slots) {
            found.add(worker + " worked on " + most + " tasks at once with " + slots + " slots");
          }
        });
    return found;
  }

  private static int most(Set<Span> spans) {
    List<Change> changes = new ArrayList<>();
    for (Span span : spans) {
      if (span.to().isAfter(span.from())) {
        changes.add(new Change(span.from(), 1));
        changes.add(new Change(span.to(), -1));
      }
    }
    // What ends in a millisecond makes room for what begins in it.
    changes.sort(Comparator.comparing(Change::at).thenComparingInt(Change::by));
    int now = 0;
    int most = 0;
    for (Change change : changes) {
      now += change.by();
      most = Math.max(most, now);
    }
    return most;
  }
}
