package io.tierflow.standalone.guarantees;

import io.tierflow.client.AttemptView;
import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.schemas.RunEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whoever applies the public log to nothing, repetitions left out, has the runs as the API shows
 * them: the states of runs, pipelines and stages, their classes, attempts and workers. What a
 * replay reuses is not in its own log.
 */
final class TheLogRebuildsTheState implements Guarantee {

  private final Map<String, Map<String, String>> rebuilt = new HashMap<>();
  private final Map<String, RunView> runs = new HashMap<>();

  @Override
  public void happened(LoggedEvent event) {
    if (event.repeated() || event.event().getIndex() != null) {
      return; // a for-each's elements are shown as counts
    }
    Map<String, String> run = rebuilt.computeIfAbsent(event.runId(), id -> new TreeMap<>());
    RunEvent said = event.event();
    switch (event.type()) {
      case "RUN_SUBMITTED", "RUN_RESUMED" -> run.put("run", "RUNNING");
      case "RUN_PAUSED" -> run.put("run", "PAUSED");
      case "RUN_ENDED" -> run.put("run", said.getDetail().get("state"));
      case "PIPELINE_STARTED" -> run.put(said.getPipeline(), "RUNNING");
      case "PIPELINE_ENDED" -> run.put(said.getPipeline(), said.getDetail().get("state"));
      case "STAGE_SUCCEEDED" -> run.put(event.stage(), "SUCCEEDED");
      case "STAGE_FAILED" -> ended("FAILED", run, event);
      case "STAGE_SKIPPED" -> run.put(event.stage(), "SKIPPED");
      case "STAGE_CANCELLED" -> ended("CANCELLED", run, event);
      case "RETRY_SCHEDULED" -> run.put(event.stage(), "RETRYING");
      case "TASK_DISPATCHED" ->
          attempt(run, event, "QUEUED", "QUEUED " + said.getResourceClass() + " null null");
      case "TASK_STARTED" -> attempt(run, event, "RUNNING", tried("RUNNING", run, event));
      case "TASK_SUCCEEDED" -> attempt(run, event, "SUCCEEDED", tried("SUCCEEDED", run, event));
      case "TASK_FAILED" -> attempt(run, event, "RETRYING", tried("FAILED", run, event));
      default -> {} // progress, counts and flags
    }
  }

  // What is still out then counts no more.
  private static void ended(String state, Map<String, String> run, LoggedEvent event) {
    run.put(event.stage(), state);
    run.replaceAll(
        (name, is) ->
            name.startsWith(event.stage() + "#")
                ? is.replaceFirst("^(HELD|QUEUED|RUNNING) ", "CANCELLED ")
                : is);
  }

  private static void attempt(
      Map<String, String> run, LoggedEvent event, String stage, String attempt) {
    run.put(event.stage(), stage);
    run.put(event.stage() + "#" + event.event().getAttempt(), attempt);
  }

  private static String tried(String state, Map<String, String> run, LoggedEvent event) {
    RunEvent said = event.event();
    String[] before =
        run.getOrDefault(event.stage() + "#" + said.getAttempt(), "- - null null").split(" ", -1);
    String worker = said.getWorker() == null ? before[2] : said.getWorker();
    String kind = said.getFailure() == null ? "null" : said.getFailure().getKind().name();
    return state + " " + before[1] + " " + worker + " " + kind;
  }

  @Override
  public void shown(RunView run) {
    runs.put(run.id(), run);
  }

  @Override
  public List<String> violations() {
    List<String> found = new ArrayList<>();
    runs.forEach(
        (id, run) -> {
          Map<String, String> log = rebuilt.getOrDefault(id, Map.of());
          Map<String, String> shown = shownAs(run, log);
          if (!shown.equals(log)) {
            found.add(id + " is shown as " + shown + ", and its log makes it " + log);
          }
        });
    return found;
  }

  private static Map<String, String> shownAs(RunView run, Map<String, String> log) {
    Map<String, String> shown = new TreeMap<>();
    shown.put("run", run.state());
    for (PipelineView pipeline : run.pipelines()) {
      put(shown, log, pipeline.name(), pipeline.state());
      for (StageView stage : pipeline.stages()) {
        if (!stage.reused()) {
          String name = pipeline.name() + "/" + stage.name();
          put(shown, log, name, stage.state());
          if (stage.elements() == null) {
            stage.attempts().forEach(each -> shown.put(name + "#" + each.number(), of(each)));
          }
        }
      }
    }
    return shown;
  }

  // What has not begun is not in the log.
  private static void put(
      Map<String, String> shown, Map<String, String> log, String name, String state) {
    if (!state.equals("WAITING") || log.containsKey(name)) {
      shown.put(name, state);
    }
  }

  private static String of(AttemptView attempt) {
    String kind = attempt.failure() == null ? "null" : attempt.failure().kind();
    return attempt.state() + " " + attempt.resourceClass() + " " + attempt.worker() + " " + kind;
  }
}
