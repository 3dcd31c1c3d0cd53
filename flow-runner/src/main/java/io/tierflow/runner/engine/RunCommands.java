package io.tierflow.runner.engine;

import io.tierflow.client.RunView;
import io.tierflow.runner.RunService.RefusedException;
import io.tierflow.runner.RunService.RunControl;
import io.tierflow.schemas.CancelRun;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.PauseRun;
import io.tierflow.schemas.ResumeRun;
import java.time.Duration;
import java.time.InstantSource;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Sends what users ask of runs that go on. Thread-safe. */
final class RunCommands {

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final CommandSender commands;
  private final Function<String, Optional<RunView>> runs;
  private final UnaryOperator<String> unknown;
  private final InstantSource clock;

  /**
   * Commands to runs.
   *
   * @param unknown what to say of a run that is not there
   */
  RunCommands(
      CommandSender commands,
      Function<String, Optional<RunView>> runs,
      UnaryOperator<String> unknown,
      InstantSource clock) {
    this.commands = commands;
    this.runs = runs;
    this.unknown = unknown;
    this.clock = clock;
  }

  /** See {@link io.tierflow.runner.RunService#control}. */
  void send(String runId, RunControl control) {
    String state = state(runId);
    if (hasEnded(state)) {
      throw new RefusedException(
          "run " + runId + ": found " + state + ", expected a run that has not ended");
    }
    commands.send(new Command(runId, UUID.randomUUID().toString(), clock.instant(), body(control)));
    awaitSeen(runId, control);
  }

  // The command is in Kafka before anybody waits here, so waiting is a courtesy.
  private void awaitSeen(String runId, RunControl control) {
    long until = clock.millis() + LIMIT.toMillis();
    try {
      while (!isSeen(state(runId), control) && clock.millis() < until) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String state(String runId) {
    return runs.apply(runId)
        .orElseThrow(() -> new NoSuchElementException(unknown.apply(runId)))
        .state();
  }

  private static boolean isSeen(String state, RunControl control) {
    if (control instanceof RunControl.Cancel) {
      return hasEnded(state);
    }
    return hasEnded(state) || (control instanceof RunControl.Pause) == state.equals("PAUSED");
  }

  private static boolean hasEnded(String state) {
    return state.equals("SUCCEEDED") || state.equals("FAILED") || state.equals("CANCELLED");
  }

  private static Object body(RunControl control) {
    if (control instanceof RunControl.Cancel cancel) {
      return new CancelRun(RecordLimits.message(cancel.reason()));
    }
    return control instanceof RunControl.Pause ? new PauseRun() : new ResumeRun();
  }
}
