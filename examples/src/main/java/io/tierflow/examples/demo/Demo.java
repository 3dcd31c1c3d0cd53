package io.tierflow.examples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.FlowClient;
import io.tierflow.client.RunView;
import io.tierflow.examples.reference.ReferenceFlow;
import io.tierflow.runner.profile.RunProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The demo's story, on a cluster and a service that are up: a short warm-up, a run with core logic
 * on class small, the move of that one stage, the run on class large. One thread.
 */
final class Demo {

  private static final long POLL_MS = 100;
  private static final double WARM_UP = 0.02;
  private static final int WARM_UP_ROUNDS = 2;
  private static final String WARM_UP_NAME = ReferenceFlow.NAME + "-warm-up";

  // A JVM compiles what it has seen some hundred times, and until then a hop takes some 15 ms.
  private static final int WARM_UP_TASKS = 300; // per tier
  private static final String ECHO_NAME = "echo-warm-up";
  private static final String ECHO_FLOW =
      """
      flow: echo-warm-up
      pipelines:
        small:
          stages: [{stage: echo, handler: echo, class: small, for-each: {concurrency: 7}}]
        large:
          stages: [{stage: echo, handler: echo, class: large, for-each: {concurrency: 1}}]
      """;

  /** Long enough for a part that is killed and started again meanwhile. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final PatientClient client;
  private final DemoOutput output;
  private final InstantSource clock;
  private final double factor;

  /**
   * A demo.
   *
   * @param factor multiplies every simulated cost; 1 for the 1:10 speed of the flow file
   */
  Demo(FlowClient client, DemoOutput output, InstantSource clock, double factor) {
    this.client = new PatientClient(client, clock, LONGEST);
    this.output = output;
    this.clock = clock;
    this.factor = factor;
  }

  /**
   * Tells the whole story.
   *
   * @param flow the reference flow with its addresses filled in
   * @throws DemoFailedException if a run did not succeed
   */
  DemoResult run(ReferenceFlow flow) throws DemoFailedException, InterruptedException {
    output.say(
        "Warm-up: %d echoes and %d rounds of the flow with tiny costs per tier, so that no process"
                .formatted(WARM_UP_TASKS, WARM_UP_ROUNDS)
            + " is cold.");
    warmUp(flow);

    ReferenceFlow scaled = flow.scaled(factor);
    output.say(
        "Run 1: core-logic on class small. Every source, file and message is real; what a stage"
            + " costs, and how much less on class large, is simulated.");
    RunView small = complete(ReferenceFlow.NAME, scaled.coreOn("small"), true);
    RunProfile profile = RunProfile.of(small);
    output.profile(profile);
    profile
        .bottleneck()
        .ifPresent(
            stage ->
                output.say(
                    "The slow pipeline is %s, its bottleneck stage %s on class %s."
                        .formatted(stage.pipeline(), stage.stage(), stage.resourceClass())));
    output.say("Run 2: one word of the flow is changed, core-logic's class: small -> large.");
    RunView large = complete(ReferenceFlow.NAME, scaled.coreOn("large"), true);
    output.profile(RunProfile.of(large));

    DemoResult result = new DemoResult(total(small, "small"), total(large, "large"));
    output.result(result);
    return result;
  }

  private void warmUp(ReferenceFlow flow) throws DemoFailedException, InterruptedException {
    ArrayNode echoes = JsonNodeFactory.instance.arrayNode();
    IntStream.range(0, WARM_UP_TASKS).forEach(echoes::add);
    complete(ECHO_NAME, ECHO_FLOW, echoes, false);
    ReferenceFlow tiny = flow.scaled(WARM_UP).named(WARM_UP_NAME);
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      complete(WARM_UP_NAME, tiny.coreOn("small"), false);
      complete(WARM_UP_NAME, tiny.coreOn("large"), false);
    }
  }

  private RunView complete(String name, ReferenceFlow flow, boolean shown)
      throws DemoFailedException, InterruptedException {
    return complete(name, flow.text(), JsonNodeFactory.instance.objectNode(), shown);
  }

  private RunView complete(String name, String flow, JsonNode input, boolean shown)
      throws DemoFailedException, InterruptedException {
    client.apply(name, flow);
    String id = client.submit(name, input);
    Instant deadline = clock.instant().plus(LONGEST);
    while (clock.instant().isBefore(deadline)) {
      Optional<RunView> run = client.run(id);
      if (run.isPresent() && shown) {
        output.progress(run.get(), clock.instant());
      }
      if (run.isPresent() && FlowClient.ENDED.contains(run.get().state())) {
        return succeeded(run.get());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    throw new DemoFailedException(
        "run %s of %s: expected an end within %s, found none".formatted(id, name, LONGEST));
  }

  private static RunView succeeded(RunView run) throws DemoFailedException {
    if (!run.state().equals("SUCCEEDED")) {
      String why =
          run.failure() == null ? "" : ": " + run.failure().kind() + " " + run.failure().message();
      throw new DemoFailedException(
          "run %s of %s: expected SUCCEEDED, found %s%s"
              .formatted(run.id(), run.flow(), run.state(), why));
    }
    return run;
  }

  private DemoResult.Total total(RunView run, String coreClass) {
    Duration ideal = RunProfile.idealOf(run, ReferenceFlow.costs(coreClass));
    return new DemoResult.Total(
        run.id(),
        Duration.between(run.submittedAt(), run.endedAt()).toMillis(),
        Math.round(ideal.toMillis() * factor));
  }
}
