package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.file.DurationText;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Waits for the end of a run; whoever stops waiting earlier is told that the run goes on. */
final class RunWait {

  private static final long POLL_MILLIS = 200;

  private RunWait() {}

  /**
   * Steps the watch until the run has ended.
   *
   * @return the ended run's document
   * @throws CliFailure if it has not ended within the timeout, or cannot be watched any more
   */
  static JsonNode await(
      RunWatch watch, Optional<Duration> timeout, InstantSource clock, PrintWriter err) {
    Optional<Instant> deadline = timeout.map(clock.instant()::plus);
    Thread farewell = new Thread(() -> sayGoodbye(watch.id(), err), "farewell");
    Runtime.getRuntime().addShutdownHook(farewell);
    try {
      while (true) {
        Optional<JsonNode> end = watch.step();
        if (end.isPresent()) {
          return end.get();
        }
        if (deadline.isPresent() && clock.instant().isAfter(deadline.get())) {
          throw CliFailure.failed(
              "run "
                  + watch.id()
                  + " has not ended within "
                  + DurationText.format(timeout.get())
                  + "; it goes on");
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliFailure.failed("interrupted; run " + watch.id() + " goes on");
    } finally {
      remove(farewell);
    }
  }

  private static void sayGoodbye(String id, PrintWriter err) {
    err.println("run " + id + " goes on; see it with: tierflow show " + id);
    err.flush();
  }

  private static void remove(Thread farewell) {
    try {
      Runtime.getRuntime().removeShutdownHook(farewell);
    } catch (IllegalStateException e) {
      // The process is being stopped just now, so the farewell is said already.
    }
  }
}
