package io.tierflow.standalone.guarantees;

import io.tierflow.client.RunView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run ends once, and no result, failure or start is applied to it and nothing sent after that.
 */
final class NothingAfterTheEnd implements Guarantee {

  private final Map<String, LoggedEvent> ends = new HashMap<>();
  private final List<String> found = new ArrayList<>();

  @Override
  public void happened(LoggedEvent event) {
    LoggedEvent end = ends.get(event.runId());
    if (event.is("RUN_ENDED")) {
      if (end == null) {
        ends.put(event.runId(), event);
      } else if (!end.event().equals(event.event())) {
        found.add(event.runId() + " ended twice: " + end.event() + " and " + event.event());
      }
    } else if (end != null
        && !event.repeated()
        && event.record() != end.record()
        && event.is(
            "TASK_DISPATCHED",
            "TASK_STARTED",
            "TASK_SUCCEEDED",
            "TASK_FAILED",
            "RETRY_SCHEDULED")) {
      found.add(event.type() + " of " + event.attempt() + " after the end of its run");
    }
  }

  @Override
  public void shown(RunView run) {
    LoggedEvent end = ends.get(run.id());
    String logged = end == null ? null : end.event().getDetail().get("state");
    if (run.endedAt() != null && !run.state().equals(logged)) {
      found.add(run.id() + " is shown as " + run.state() + ", and the log has it end as " + logged);
    }
  }

  @Override
  public List<String> violations() {
    return found;
  }
}
