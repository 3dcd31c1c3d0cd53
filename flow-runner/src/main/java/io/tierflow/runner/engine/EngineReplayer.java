package io.tierflow.runner.engine;

import io.tierflow.client.ReplayRequest;
import io.tierflow.client.RunView;
import io.tierflow.runner.RunService;
import io.tierflow.runner.RunService.RefusedException;
import io.tierflow.runner.letters.Letter;
import io.tierflow.runner.letters.ReplayChange;
import io.tierflow.runner.letters.Replayer;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Replays runs through the engine. Thread-safe.
 *
 * @param views shows a run as it is, without comparing it with another
 * @param letters replays what no run is known of any more
 */
record EngineReplayer(
    RunService runs, Function<String, Optional<RunView>> views, LetterReplays letters)
    implements Replayer {

  @Override
  public Optional<RunView> run(String id) {
    return views.apply(id);
  }

  @Override
  public Outcome replay(Order order) {
    ReplayRequest request =
        new ReplayRequest(
            List.copyOf(order.stages()),
            order.change().input().orElse(null),
            order.change().resourceClass().orElse(null),
            order.change().priority());
    String id = RunReplays.id(order.runId(), request);
    if (run(id).isPresent()) {
      return new Outcome.SentBefore(id);
    }
    return unlessRefused(
        () -> order.dryRun() ? look(order.runId(), request) : sent(order.runId(), request));
  }

  @Override
  public Outcome replayAlone(Letter letter, ReplayChange change, boolean dryRun) {
    Optional<String> unknown =
        change.resourceClass().filter(name -> !runs.knownClasses().contains(name));
    return unknown.isPresent()
        ? new Outcome.Refused("class '" + unknown.get() + "' is not known")
        : letters.replay(letter, change, dryRun);
  }

  // Through the same refusals as the replay itself.
  private Outcome look(String runId, ReplayRequest request) {
    var unused = runs.previewReplay(runId, request);
    return new Outcome.Sent(Optional.empty());
  }

  private Outcome sent(String runId, ReplayRequest request) {
    return new Outcome.Sent(Optional.of(runs.replay(runId, request)));
  }

  private static Outcome unlessRefused(Supplier<Outcome> replay) {
    try {
      return replay.get();
    } catch (RefusedException | NoSuchElementException | IllegalArgumentException e) {
      return new Outcome.Refused(e.getMessage());
    }
  }
}
