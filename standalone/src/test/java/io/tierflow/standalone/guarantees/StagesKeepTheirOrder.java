package io.tierflow.standalone.guarantees;

import io.tierflow.client.RunView;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nothing is sent before all that it follows has succeeded, was skipped, or was reused. */
final class StagesKeepTheirOrder implements Guarantee {

  private final Map<String, Flow> flows = new HashMap<>();
  private final Map<String, Set<String>> reused = new HashMap<>();
  private final List<LoggedEvent> steps = new ArrayList<>();

  @Override
  public void submitted(Submission submission) {
    flows.put(submission.runId(), submission.flow());
  }

  @Override
  public void happened(LoggedEvent event) {
    boolean done = event.is("STAGE_SUCCEEDED", "STAGE_SKIPPED");
    boolean succeeded = event.is("TASK_SUCCEEDED") && event.event().getIndex() == null;
    if (!event.repeated() && (done || succeeded || event.is("TASK_DISPATCHED"))) {
      steps.add(event);
    }
  }

  @Override
  public void shown(RunView run) {
    run.pipelines()
        .forEach(
            pipeline ->
                pipeline.stages().stream()
                    .filter(stage -> stage.reused())
                    .forEach(
                        stage ->
                            reused
                                .computeIfAbsent(run.id(), id -> new HashSet<>())
                                .add(pipeline.name() + "/" + stage.name())));
  }

  @Override
  public List<String> violations() {
    List<String> found = new ArrayList<>();
    Map<String, Set<String>> done = reused;
    for (LoggedEvent step : steps) {
      Set<String> before = done.computeIfAbsent(step.runId(), id -> new HashSet<>());
      if (!step.is("TASK_DISPATCHED")) {
        before.add(step.stage());
      } else if (flows.containsKey(step.runId())) {
        follows(flows.get(step.runId()), step).stream()
            .filter(each -> !before.contains(each))
            .map(each -> step.attempt() + " was sent before " + each + " was done")
            .forEach(found::add);
      }
    }
    return found;
  }

  private static List<String> follows(Flow flow, LoggedEvent sent) {
    Pipeline pipeline = flow.pipeline(sent.event().getPipeline()).orElseThrow();
    List<String> before = new ArrayList<>();
    for (String name : pipeline.after()) {
      flow.pipeline(name).orElseThrow().stages().forEach(s -> before.add(name + "/" + s.name()));
    }
    for (Step step : pipeline.steps()) {
      List<String> names = step.stages().stream().map(Stage::name).toList();
      if (names.contains(sent.event().getStage())) {
        break;
      }
      names.forEach(name -> before.add(pipeline.name() + "/" + name));
    }
    return before;
  }
}
