package io.tierflow.runner.engine;

import io.tierflow.client.RunView;
import io.tierflow.runner.RunService;
import io.tierflow.runner.letters.Replayer;
import java.util.Optional;

/** Sends stages of ended runs again through the engine. Thread-safe. */
record EngineReplayer(RunService runs) implements Replayer {

  @Override
  public Optional<RunView> run(String id) {
    return runs.run(id);
  }

  @Override
  public Outcome replay(Order order) {
    return order.dryRun()
        ? new Outcome.Sent(Optional.empty())
        : new Outcome.Refused("this runner cannot replay runs yet");
  }
}
