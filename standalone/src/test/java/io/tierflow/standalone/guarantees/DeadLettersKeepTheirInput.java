package io.tierflow.standalone.guarantees;

import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.StageTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whatever failed for good lies in the dead letters, with its input and all its errors. */
final class DeadLettersKeepTheirInput implements Guarantee {

  private final Map<String, Payload> inputs = new HashMap<>();
  private final Map<String, Integer> failures = new HashMap<>();
  private final Set<String> failedForGood = new HashSet<>();
  private final Map<String, DeadLetter> letters = new HashMap<>();
  private final List<String> found = new ArrayList<>();

  @Override
  public void dispatched(StageTask task) {
    inputs.putIfAbsent(task.getTaskId(), task.getInput());
  }

  @Override
  public void happened(LoggedEvent event) {
    String task = event.runId() + "/" + event.task();
    if (event.is("TASK_FAILED") && !event.repeated()) {
      failures.merge(task, 1, Integer::sum);
    } else if (event.is("STAGE_FAILED")) {
      failedForGood.add(task);
    }
  }

  @Override
  public void setAside(DeadLetter letter) {
    if (letter.getTask() == null) {
      if (letter.getRecord() == null) {
        found.add("a dead letter has neither task nor record: " + letter);
      }
      return;
    }
    letters.put(letter.getTask().getTaskId(), letter);
  }

  @Override
  public List<String> violations() {
    for (String task : failedForGood) {
      // A for-each fails with an element of its, which has the letter.
      if (failures.containsKey(task) && !letters.containsKey(task)) {
        found.add(task + " failed for good and is in no dead letter");
      }
    }
    letters.forEach(this::check);
    return found;
  }

  private void check(String task, DeadLetter letter) {
    Payload input = letter.getTask().getInput();
    if (input == null || (input.getBytes() == null && input.getReference() == null)) {
      found.add("the dead letter of " + task + " has no input");
    } else if (!input.equals(inputs.get(task))) {
      found.add("the dead letter of " + task + " has another input than was sent: " + input);
    }
    if (!failedForGood.contains(task)) {
      found.add("the dead letter of " + task + ", which has not failed for good");
    }
    if (letter.getHistory().size() != failures.getOrDefault(task, 0)) {
      found.add(
          "the dead letter of "
              + task
              + " tells of "
              + letter.getHistory().size()
              + " errors, the log of "
              + failures.get(task));
    }
  }
}
