package io.tierflow.standalone.guarantees;

import io.tierflow.client.ElementsView;
import io.tierflow.client.FlowClient;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.schemas.StageTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Each run that was asked for exists once, has ended as it must, and has done all its stages. */
final class NoRunOrStageIsLost implements Guarantee {

  private static final Set<String> DONE = Set.of("SUCCEEDED", "SKIPPED");

  private final Map<String, Submission> submissions = new HashMap<>();
  private final Map<String, RunView> runs = new HashMap<>();
  private final Set<String> begun = new HashSet<>();
  private final Set<String> sentByLog = new HashSet<>();
  private final Set<String> sentByTopic = new HashSet<>();

  @Override
  public void submitted(Submission submission) {
    submissions.put(submission.runId(), submission);
  }

  @Override
  public void dispatched(StageTask task) {
    sentByTopic.add(task.getTaskId() + "#" + task.getAttempt());
  }

  @Override
  public void happened(LoggedEvent event) {
    if (event.is("RUN_SUBMITTED")) {
      begun.add(event.runId());
    } else if (event.is("TASK_DISPATCHED")) {
      sentByLog.add(event.attempt());
    }
  }

  @Override
  public void shown(RunView run) {
    runs.put(run.id(), run);
  }

  @Override
  public List<String> violations() {
    List<String> found = new ArrayList<>();
    submissions.values().forEach(submission -> check(submission, found));
    for (String run : begun) {
      if (!submissions.containsKey(run)) {
        found.add(run + " is in the log, and nobody asked for it");
      }
    }
    differences(sentByLog, sentByTopic, "sent by the log, and in no task topic", found);
    differences(sentByTopic, sentByLog, "in a task topic, and not sent by the log", found);
    return found;
  }

  private void check(Submission submission, List<String> found) {
    String id = submission.runId();
    RunView run = runs.get(id);
    if (run == null) {
      found.add(id + " was accepted and is not there");
      return;
    }
    if (!begun.contains(id)) {
      found.add(id + " is not in the log");
    }
    if (!FlowClient.ENDED.contains(run.state())) {
      found.add(id + " of " + run.flow() + " is still " + run.state() + ": " + run);
    } else if (submission.expected() != null && !submission.expected().equals(run.state())) {
      found.add(
          id
              + " of "
              + run.flow()
              + " is "
              + run.state()
              + ", expected "
              + submission.expected()
              + ": "
              + run);
    }
    if (run.state().equals("SUCCEEDED")) {
      run.pipelines().forEach(p -> p.stages().forEach(stage -> check(id, stage, found)));
      if (submission.output() != null && !submission.output().equals(run.output())) {
        found.add(id + " put out " + run.output() + ", expected " + submission.output());
      }
    }
  }

  private static void check(String id, StageView stage, List<String> found) {
    ElementsView elements = stage.elements();
    if (!DONE.contains(stage.state())) {
      found.add(id + " succeeded with a stage that has not: " + stage);
    } else if (elements != null && elements.succeeded() != elements.total()) {
      found.add(id + " succeeded without all elements: " + stage);
    }
  }

  private static void differences(
      Set<String> one, Set<String> other, String what, List<String> found) {
    one.stream()
        .filter(each -> !other.contains(each))
        .map(e -> e + " is " + what)
        .forEach(found::add);
  }
}
