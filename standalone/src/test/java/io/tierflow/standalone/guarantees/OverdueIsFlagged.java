package io.tierflow.standalone.guarantees;

import io.tierflow.client.RunView;
import io.tierflow.flow.Flow;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every handed-over attempt that was lost, every task that nobody took in time and every run past
 * its deadline was flagged, and no flag stands once its run has ended.
 */
final class OverdueIsFlagged implements Guarantee {

  private final Outages outages;
  private final Duration slack;
  private final Map<String, Flow> flows = new HashMap<>();
  private final Set<String> handedOver = new HashSet<>();
  private final Map<String, Instant> sent = new HashMap<>();
  private final Set<String> flags = new HashSet<>();
  private final List<String> lost = new ArrayList<>();
  private final Set<String> toldByWorkers = new HashSet<>();
  private final List<String> waited = new ArrayList<>();
  private final List<RunView> runs = new ArrayList<>();

  /**
   * Sees nothing yet.
   *
   * @param outages when nobody could flag anything
   * @param slack by how much something may be late unflagged
   */
  OverdueIsFlagged(Outages outages, Duration slack) {
    this.outages = outages;
    this.slack = slack;
  }

  @Override
  public void submitted(Submission submission) {
    flows.put(submission.runId(), submission.flow());
  }

  @Override
  public void failed(StageFailed failed) {
    toldByWorkers.add(failed.getTaskId() + "#" + failed.getAttempt());
  }

  @Override
  public void happened(LoggedEvent event) {
    if (event.repeated()) {
      return;
    }
    switch (event.type()) {
      case "TASK_DISPATCHED" -> sent.put(event.attempt(), event.at());
      case "TASK_STARTED" -> {
        heard(event);
        if (event.event().getDetail().containsKey("heartbeatTimeout")) {
          handedOver.add(event.attempt());
        }
      }
      case "TASK_SUCCEEDED" -> heard(event);
      case "TASK_FAILED" -> {
        heard(event);
        if (event.event().getFailure().getKind() == FailureKind.WORKER_LOST
            && handedOver.contains(event.attempt())) {
          lost.add(event.attempt());
        }
      }
      case "MISSING_FLAGGED" -> {
        String reason = event.event().getDetail().get("reason");
        flags.add(
            event.event().getStage() == null
                ? event.runId() + " " + reason
                : event.attempt() + " " + reason);
      }
      default -> {} // says nothing of times
    }
  }

  // The first news of an attempt: how long had it waited for a worker until then?
  private void heard(LoggedEvent event) {
    Instant from = sent.remove(event.attempt());
    Optional<Duration> queue = queue(event);
    if (from == null || queue.isEmpty()) {
      return;
    }
    Instant late = from.plus(queue.get()).plus(slack);
    if (event.at().isAfter(late) && !outages.touch(from, event.at())) {
      waited.add(event.attempt());
    }
  }

  private Optional<Duration> queue(LoggedEvent event) {
    return Optional.ofNullable(flows.get(event.runId()))
        .flatMap(flow -> flow.pipeline(event.event().getPipeline()))
        .stream()
        .flatMap(pipeline -> pipeline.stages())
        .filter(stage -> stage.name().equals(event.event().getStage()))
        .findFirst()
        .flatMap(stage -> stage.timeouts().queue());
  }

  @Override
  public void shown(RunView run) {
    runs.add(run);
  }

  @Override
  public List<String> violations() {
    List<String> found = new ArrayList<>();
    // A worker may say itself that it lost a task; only of a silent one the runner has to tell.
    lost.stream()
        .filter(attempt -> !toldByWorkers.contains(attempt))
        .filter(attempt -> !flags.contains(attempt + " HEARTBEAT_LOST"))
        .forEach(attempt -> found.add(attempt + " was lost, and no HEARTBEAT_LOST was flagged"));
    waited.stream()
        .filter(each -> !flags.contains(each + " NOT_PICKED_UP"))
        .filter(each -> !flags.contains(each + " NO_WORKERS"))
        .forEach(each -> found.add(each + " was not taken in time, and nothing was flagged"));
    runs.forEach(run -> check(run, found));
    return found;
  }

  private void check(RunView run, List<String> found) {
    if (run.endedAt() == null) {
      return;
    }
    run.missing().stream()
        .filter(flag -> flag.clearedAt() == null)
        .forEach(flag -> found.add(run.id() + " has ended with a flag that stands: " + flag));
    Optional<Duration> deadline = Optional.ofNullable(flows.get(run.id())).flatMap(Flow::deadline);
    if (deadline.isPresent()) {
      Instant late = run.submittedAt().plus(deadline.get()).plus(slack);
      if (run.endedAt().isAfter(late)
          && !outages.touch(run.submittedAt(), run.endedAt())
          && !flags.contains(run.id() + " RUN_OVERDUE")) {
        found.add(run.id() + " ended past its deadline, and no RUN_OVERDUE was flagged");
      }
    }
  }
}
