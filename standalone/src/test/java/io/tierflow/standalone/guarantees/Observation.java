package io.tierflow.standalone.guarantees;

import io.tierflow.client.RunView;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageTask;
import io.tierflow.standalone.faults.Topics;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Shows all guarantees all that was said of the runs, from the topics themselves. */
final class Observation {

  private final List<Guarantee> guarantees;
  private final Map<String, Integer> counts = new TreeMap<>();

  Observation(List<Guarantee> guarantees) {
    this.guarantees = guarantees;
  }

  /** Reads the topics from their beginnings to their ends. */
  void read(Topics topics, List<Submission> submissions, Collection<RunView> runs) {
    submissions.forEach(each -> all("runs asked for", g -> g.submitted(each)));
    for (StageTask task : topics.values("tierflow.tasks.small", StageTask.class)) {
      all("tasks sent", g -> g.dispatched(task));
    }
    for (StageResult result : topics.values("tierflow.results", StageResult.class)) {
      all("results", g -> g.replied(result));
    }
    for (StageFailed failed : topics.values("tierflow.errors", StageFailed.class)) {
      all("errors", g -> g.failed(failed));
    }
    readEvents(topics);
    for (DeadLetter letter : topics.values("tierflow.dead-letters", DeadLetter.class)) {
      all("dead letters", g -> g.setAside(letter));
    }
    runs.forEach(run -> all("runs shown " + run.state(), g -> g.shown(run)));
  }

  private void readEvents(Topics topics) {
    Set<String> seen = new HashSet<>();
    int record = 0;
    for (RunEvents events : topics.values("tierflow.events", RunEvents.class)) {
      int number = record++;
      events
          .getEvents()
          .forEach(
              event -> {
                boolean repeated = !seen.add(events.getRunId() + " " + event.getEventId());
                LoggedEvent logged =
                    new LoggedEvent(events.getRunId(), events.getAt(), number, event, repeated);
                if (event.getType().equals("MISSING_FLAGGED") && !repeated) {
                  count("flags " + event.getDetail().get("reason"));
                } else if (event.getType().equals("REPLY_IGNORED")) {
                  count("stale replies");
                }
                all(repeated ? "events repeated" : "events", g -> g.happened(logged));
              });
    }
  }

  /** How many of what was seen, for a person. */
  Map<String, Integer> counts() {
    return counts;
  }

  private void all(String what, Consumer<Guarantee> action) {
    count(what);
    guarantees.forEach(action);
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }
}
