package io.tierflow.runner.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierflow.client.ApiJson;
import io.tierflow.client.ReplayPreview;
import io.tierflow.client.ReplayRequest;
import io.tierflow.machine.Content;
import io.tierflow.machine.Input;
import io.tierflow.machine.Replays;
import io.tierflow.runner.RunService.RefusedException;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.payload.PayloadException;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Submits replays of the runs that live here. Thread-safe. */
final class RunReplays {

  private final RunQueries queries;
  private final Outbound outbound;
  private final Submissions submissions;
  private final UnknownRuns unknown;

  RunReplays(RunQueries queries, Outbound outbound, Submissions submissions, UnknownRuns unknown) {
    this.queries = queries;
    this.outbound = outbound;
    this.submissions = submissions;
    this.unknown = unknown;
  }

  /** See {@link io.tierflow.runner.RunService#replay}. */
  String replay(String runId, int partition, ReplayRequest request) {
    RunQueries.Kept run = kept(runId, partition);
    Input.Submit submit = submission(runId, run, request);
    String id = id(runId, run, request);
    submissions.once(
        id,
        new SubmitRun(
            run.plan().flow().name(),
            run.plan().version(),
            run.definition(),
            outbound.payload(submit.input()),
            submit.labels(),
            outbound.replay(submit.replay().orElseThrow()),
            submissions.learned(run.plan().flow().name()),
            request.priority() == null ? null : request.priority().name()));
    return id;
  }

  /** See {@link io.tierflow.runner.RunService#previewReplay}; whether it is sent is not known. */
  ReplayPreview preview(String runId, int partition, ReplayRequest request) {
    RunQueries.Kept run = kept(runId, partition);
    submission(runId, run, request); // refuses what would be refused
    return new ReplayPreview(
        id(runId, run, request),
        Replays.stages(run.plan(), run.entries(), request.stages()),
        Replays.following(run.plan(), run.entries(), request.stages()),
        false);
  }

  private RunQueries.Kept kept(String runId, int partition) {
    return queries
        .kept(runId, partition)
        .orElseThrow(
            () ->
                new NoSuchElementException(
                    unknown.message(runId)
                        + "; what it left in the dead letters can be replayed from there"));
  }

  private static Input.Submit submission(String runId, RunQueries.Kept run, ReplayRequest request) {
    try {
      return Replays.of(
          runId,
          run.plan(),
          run.entries(),
          new Replays.Request(
              request.stages(),
              Optional.ofNullable(request.input()).map(input -> Content.json(bytes(input))),
              Optional.ofNullable(request.resourceClass())));
    } catch (Replays.RefusedException | PayloadException.Lost e) {
      throw new RefusedException(e.getMessage());
    }
  }

  private static String id(String runId, RunQueries.Kept run, ReplayRequest request) {
    return id(
        runId,
        new ReplayRequest(
            Replays.stages(run.plan(), run.entries(), request.stages()),
            request.input(),
            request.resourceClass()));
  }

  /**
   * The run that a request always gives.
   *
   * @param request with its stages as {@code pipeline/stage}, sorted; its priority makes no other
   */
  static String id(String runId, ReplayRequest request) {
    ReplayRequest what =
        new ReplayRequest(request.stages(), request.input(), request.resourceClass());
    return RunIds.of("replay of " + runId, new String(bytes(what), StandardCharsets.UTF_8));
  }

  private static byte[] bytes(Object value) {
    try {
      return ApiJson.mapper().writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree cannot be written", e);
    }
  }
}
