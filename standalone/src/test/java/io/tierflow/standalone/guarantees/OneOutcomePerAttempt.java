package io.tierflow.standalone.guarantees;

import io.tierflow.schemas.RunEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An attempt has one outcome, a repetition tells the same one, and only one attempt succeeds. */
final class OneOutcomePerAttempt implements Guarantee {

  private final Map<String, RunEvent> outcomes = new HashMap<>();
  private final Map<String, String> succeeded = new HashMap<>();
  private final List<String> found = new ArrayList<>();

  @Override
  public void happened(LoggedEvent event) {
    if (!event.is("TASK_SUCCEEDED", "TASK_FAILED")) {
      return;
    }
    RunEvent earlier = outcomes.putIfAbsent(event.attempt(), event.event());
    if (earlier != null && !earlier.equals(event.event())) {
      found.add(event.attempt() + " has two outcomes: " + earlier + " and " + event.event());
    }
    if (event.is("TASK_SUCCEEDED")) {
      String task = event.runId() + "/" + event.task();
      String other = succeeded.putIfAbsent(task, event.attempt());
      if (other != null && !other.equals(event.attempt())) {
        found.add(event.attempt() + " succeeded, and " + other + " did");
      }
    }
  }

  @Override
  public List<String> violations() {
    return found;
  }
}
