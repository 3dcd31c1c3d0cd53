package io.tierflow.runner.engine;

import io.tierflow.client.ReplayRequest;
import io.tierflow.flow.Priority;
import io.tierflow.machine.Content;
import io.tierflow.machine.DetachedReplays;
import io.tierflow.machine.DetachedReplays.Detached;
import io.tierflow.machine.Plan;
import io.tierflow.machine.TaskKey;
import io.tierflow.runner.letters.Letter;
import io.tierflow.runner.letters.ReplayChange;
import io.tierflow.runner.letters.Replayer.Outcome;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.payload.PayloadException;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/**
 * Replays dead letters whose runs are past their retention, from what the letters hold and the
 * flows' topic. Thread-safe.
 */
record LetterReplays(KnownFlows flows, Outbound outbound, Submissions submissions) {

  /** Sends one letter again, once: the same letter with the same change is the same run. */
  Outcome replay(Letter letter, ReplayChange change, boolean dryRun) {
    StageTask task = letter.content().getTask();
    Optional<String> definition = flows.definition(task.getFlow(), task.getFlowVersion());
    if (definition.isEmpty()) {
      return new Outcome.Refused(
          "its run is past its retention, and version "
              + task.getFlowVersion()
              + " of flow "
              + task.getFlow()
              + ", which it followed, is no longer kept");
    }
    String id = id(task, change);
    if (submissions.exists(id)) {
      return new Outcome.SentBefore(id);
    }
    try {
      Plan plan = FlowDesk.parse(task.getFlow(), task.getFlowVersion(), definition.get());
      Detached run =
          DetachedReplays.of(
              task.getRunId(), plan, key(task), input(task, change), change.resourceClass());
      if (!dryRun) {
        submissions.once(id, command(task, definition.get(), run, change.priority()));
      }
      return new Outcome.SentAlone(dryRun ? Optional.empty() : Optional.of(id), note(task, run));
    } catch (PayloadException.Unavailable e) {
      throw e;
    } catch (PayloadException.Lost e) {
      return new Outcome.Refused(
          "its input is past the payloads' retention"
              + (task.getIndex() == null ? ", so it needs another: " : ": ")
              + e.getMessage());
    } catch (PayloadException | IllegalArgumentException e) {
      return new Outcome.Refused(e.getMessage());
    }
  }

  private SubmitRun command(StageTask task, String definition, Detached run, Priority priority) {
    return new SubmitRun(
        task.getFlow(),
        task.getFlowVersion(),
        definition,
        outbound.payload(run.submit().input()),
        run.submit().labels(),
        outbound.replay(run.submit().replay().orElseThrow()),
        submissions.learned(task.getFlow()),
        priority.name());
  }

  private static String id(StageTask task, ReplayChange change) {
    return RunReplays.id(
        task.getTaskId(),
        new ReplayRequest(
            List.of(), change.input().orElse(null), change.resourceClass().orElse(null)));
  }

  private static TaskKey key(StageTask task) {
    TaskKey stage = TaskKey.of(task.getPipeline(), task.getStage());
    return task.getIndex() == null ? stage : stage.element(task.getIndex());
  }

  // An element alone is its stage's list of one.
  private Content input(StageTask task, ReplayChange change) {
    if (change.input().isPresent()) {
      return Content.json(change.input().get().toString());
    }
    Content input = Inbound.content(task.getInput());
    if (task.getIndex() == null) {
      if (input.bytes() == null) {
        var unused = outbound.bytes(input); // else a run would be sent that can only fail
      }
      return input;
    }
    if (!input.contentType().startsWith(Content.JSON)) {
      throw new IllegalArgumentException(
          "an element of a for-each that is no JSON, found " + input.contentType());
    }
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    list.write('[');
    list.writeBytes(outbound.bytes(input));
    list.write(']');
    return Content.json(list.toByteArray());
  }

  private static String note(StageTask task, Detached run) {
    String begins =
        "its run is past its retention: a new run begins at "
            + task.getPipeline()
            + "/"
            + task.getStage();
    if (task.getIndex() != null) {
      return begins + " with this element alone, and ends there";
    }
    return run.follows().isEmpty()
        ? begins + " and ends there"
        : begins + ", then runs " + String.join(", ", run.follows());
  }
}
