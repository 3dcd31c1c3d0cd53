package io.tierflow.runner.engine;

import io.tierflow.flow.Priority;
import io.tierflow.machine.Content;
import io.tierflow.runner.SubmitLimits;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.schemas.SubmitRun;
import java.time.InstantSource;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Puts runs into Kafka, each with the definition that it follows. Thread-safe. */
final class Submissions {

  private final KnownFlows flows;
  private final Outbound outbound;
  private final CommandSender commands;
  private final Visibility visibility;
  private final LearnedClasses learned;
  private final InstantSource clock;

  Submissions(
      KnownFlows flows,
      Outbound outbound,
      CommandSender commands,
      Visibility visibility,
      LearnedClasses learned,
      InstantSource clock) {
    this.flows = flows;
    this.outbound = outbound;
    this.commands = commands;
    this.visibility = visibility;
    this.learned = learned;
    this.clock = clock;
  }

  /** See {@link io.tierflow.runner.RunService#submit}. */
  String submit(
      String flow,
      byte[] input,
      Map<String, String> labels,
      Optional<String> idempotencyKey,
      Optional<Priority> priority) {
    FlowVersion version =
        flows
            .newestVersion(flow)
            .orElseThrow(() -> new NoSuchElementException("no flow is named '" + flow + "'"));
    String runId = idempotencyKey.map(key -> RunIds.of(flow, key)).orElseGet(RunIds::next);
    if (idempotencyKey.isPresent() && visibility.exists(runId)) {
      return runId;
    }
    send(
        runId,
        new SubmitRun(
            flow,
            version.getVersion(),
            version.getDefinition(),
            outbound.payload(Content.json(input)),
            SubmitLimits.labels(labels),
            null,
            learned(flow),
            priority.map(Priority::name).orElse(null)));
    return runId;
  }

  /** By {@code pipeline/stage}: the larger class that the next run of a flow begins it on. */
  Map<String, String> learned(String flow) {
    return learned.classes(flow);
  }

  /** Whether there is a run of that id, wherever it lives. */
  boolean exists(String runId) {
    return visibility.exists(runId);
  }

  /** Submits a run whose id says that it is the same one each time; a second call sends nothing. */
  void once(String runId, SubmitRun submit) {
    if (!visibility.exists(runId)) {
      send(runId, submit);
    }
  }

  private void send(String runId, SubmitRun submit) {
    visibility.afterSending(
        runId, () -> commands.send(new Command(runId, "SUBMIT", clock.instant(), submit)));
  }
}
