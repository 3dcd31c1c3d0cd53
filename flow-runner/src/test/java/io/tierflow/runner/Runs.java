package io.tierflow.runner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.AttemptView;
import io.tierflow.client.ElementsView;
import io.tierflow.client.FailureView;
import io.tierflow.client.MissingView;
import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.flow.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds views of runs; times are seconds after {@link InMemoryRuns#START}, negative for none. */
public final class Runs {

  private final String id;
  private final String flow;
  private final int version;
  private final String state;
  private final List<PipelineView> pipelines = new ArrayList<>();
  private final List<MissingView> missing = new ArrayList<>();
  private Map<String, String> labels = Map.of();
  private JsonNode input = JsonNodeFactory.instance.objectNode();
  private FailureView failure;
  private double ended = -1;
  private Priority priority = Priority.NORMAL;

  private Runs(String id, String flow, int version, String state) {
    this.id = id;
    this.flow = flow;
    this.version = version;
    this.state = state;
  }

  /** A run in this state. */
  public static Runs run(String id, String flow, int version, String state) {
    return new Runs(id, flow, version, state);
  }

  /** With these labels and input. */
  public Runs with(Map<String, String> newLabels, JsonNode newInput) {
    labels = newLabels;
    input = newInput;
    return this;
  }

  /** Of this priority; normal when it is not said. */
  public Runs priority(Optional<Priority> said) {
    priority = said.orElse(Priority.NORMAL);
    return this;
  }

  /** Ended after so many seconds. */
  public Runs ended(double seconds) {
    ended = seconds;
    return this;
  }

  /** Failed so. */
  public Runs failed(FailureView why) {
    failure = why;
    return this;
  }

  /** Flagged so. */
  public Runs missing(String reason, String pipeline, String stage, double since) {
    String cls = stage == null ? null : "large";
    missing.add(new MissingView(reason, pipeline, stage, cls, "kafka", at(since), null, null));
    return this;
  }

  /** All that it was flagged for so far has cleared. */
  public Runs cleared(double seconds) {
    missing.replaceAll(
        it ->
            new MissingView(
                it.reason(),
                it.pipeline(),
                it.stage(),
                it.resourceClass(),
                it.launcher(),
                it.since(),
                at(seconds),
                it.detail()));
    return this;
  }

  /** With this pipeline. */
  public Runs pipeline(String name, String pipelineState, List<String> after, StageView... stages) {
    pipelines.add(new PipelineView(name, pipelineState, after, List.of(stages)));
    return this;
  }

  /** The view. */
  public RunView view() {
    Instant start = InMemoryRuns.START;
    return new RunView(
        id, flow, version, state, labels, null, input, null, start, start, at(ended), failure, 0,
        missing, pipelines, List.of(), priority);
  }

  /** A stage that is no for-each and tells no progress. */
  public static StageView stage(String name, String state, String cls, AttemptView... attempts) {
    return new StageView(
        name,
        state,
        cls,
        "kafka",
        "echo",
        name,
        null,
        false,
        null,
        null,
        null,
        null,
        List.of(attempts));
  }

  /** A running stage that tells how far it is. */
  public static StageView progressing(
      String name, double progress, String message, ElementsView elements, AttemptView attempt) {
    return new StageView(
        name,
        "RUNNING",
        "large",
        "kafka",
        "echo",
        name,
        null,
        false,
        null,
        progress,
        message,
        elements,
        List.of(attempt));
  }

  /** An attempt that was queued, started and ended at these seconds. */
  public static AttemptView attempt(
      int number, String state, double queued, double started, double end, FailureView failure) {
    return new AttemptView(
        number,
        state,
        "small",
        started < 0 ? null : "small-a-1",
        at(queued),
        at(started),
        at(end),
        null,
        failure);
  }

  private static Instant at(double seconds) {
    return seconds < 0 ? null : InMemoryRuns.START.plusMillis((long) (seconds * 1000));
  }
}
