package io.tierflow.runner.engine;

import io.tierflow.client.FlowView;
import io.tierflow.flow.Flow;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.SubmitLimits;
import io.tierflow.schemas.ApplyFlow;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.FlowVersion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** Makes flows known to every runner. Thread-safe. */
final class AppliedFlows {

  private static final Duration APPLY_LIMIT = Duration.ofSeconds(10);

  private final KnownFlows flows;
  private final CommandSender commands;
  private final InstantSource clock;

  AppliedFlows(KnownFlows flows, CommandSender commands, InstantSource clock) {
    this.flows = flows;
    this.commands = commands;
    this.clock = clock;
  }

  /** See {@link io.tierflow.runner.RunService#apply}. */
  FlowView apply(Flow flow) {
    String definition = SubmitLimits.definition(flow.name(), FlowWriter.toJson(flow).toString());
    Optional<FlowVersion> newest = flows.newestVersion(flow.name());
    int after = newest.map(FlowVersion::getVersion).orElse(0);
    if (newest.filter(version -> version.getDefinition().equals(definition)).isPresent()) {
      after--; // it stands already; sent all the same, since it mends a schedule
    }
    commands.send(
        new Command(
            flow.name(), UUID.randomUUID().toString(), clock.instant(), new ApplyFlow(definition)));
    try {
      return flows
          .await(flow.name(), definition, after, APPLY_LIMIT.toMillis())
          .orElseThrow(
              () ->
                  new UnavailableException(
                      "flow "
                          + flow.name()
                          + " was sent to Kafka, but did not come back within "
                          + APPLY_LIMIT.toSeconds()
                          + " s; apply it again",
                      null));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while applying flow " + flow.name(), e);
    }
  }
}
