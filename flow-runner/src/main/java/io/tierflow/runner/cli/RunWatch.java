package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.RunView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * Follows one run until it has ended, through restarts of its runner. One thread only.
 *
 * <p>A run that was just submitted may not be visible yet, and a runner may be starting again;
 * either is waited for, up to the patience.
 */
final class RunWatch {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELLED");

  private final RunnerApi api;
  private final String id;
  private final RunDisplay display;
  private final InstantSource clock;
  private Instant lastSeen;

  RunWatch(RunnerApi api, String id, RunDisplay display, InstantSource clock) {
    this.api = api;
    this.id = id;
    this.display = display;
    this.clock = clock;
    this.lastSeen = clock.instant();
  }

  /** The run that is followed. */
  String id() {
    return id;
  }

  /**
   * Asks once and shows what came.
   *
   * @return the run's document once it has ended
   * @throws CliFailure if the runner has been silent, or the run unknown, past the patience; or if
   *     what it says is no run
   */
  Optional<JsonNode> step() {
    Optional<JsonNode> document;
    try {
      document = api.find("/api/v1/runs/" + RunnerApi.encoded(id));
    } catch (CliFailure e) {
      if (e.exitCode() != ExitCodes.UNREACHABLE || isPatienceOver()) {
        throw e;
      }
      display.note(tryingAgain(e.getMessage()));
      return Optional.empty();
    }
    if (document.isEmpty()) {
      if (isPatienceOver()) {
        throw CliFailure.failed("the runner does not show run " + id);
      }
      return Optional.empty();
    }
    lastSeen = clock.instant();
    RunView run = ClientJson.convert(api.checked(document.get(), Shape.RUN), RunView.class);
    display.show(run, lastSeen);
    return document.filter(ended -> ENDED.contains(run.state()));
  }

  /** What is wrong, where the advice to try again is taken. */
  static String tryingAgain(String wrong) {
    String advice = "; try again";
    String alone =
        wrong.endsWith(advice) ? wrong.substring(0, wrong.length() - advice.length()) : wrong;
    return alone + "; trying again";
  }

  private boolean isPatienceOver() {
    return Duration.between(lastSeen, clock.instant()).compareTo(PATIENCE) > 0;
  }
}
