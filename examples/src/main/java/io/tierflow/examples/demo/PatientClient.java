package io.tierflow.examples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.FlowClient;
import io.tierflow.client.ProblemException;
import io.tierflow.client.RunView;
import io.tierflow.client.RunnerUnreachableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks a runner that may be killed and started again at any time: everything is tried until it is
 * answered, and asking again changes nothing. One thread.
 */
final class PatientClient {

  private static final int UNAVAILABLE = 503;
  private static final long PAUSE_MS = 200;

  private final FlowClient client;
  private final InstantSource clock;
  private final Duration patience;

  /**
   * A client.
   *
   * @param patience how long one thing is tried before its failure is thrown
   */
  PatientClient(FlowClient client, InstantSource clock, Duration patience) {
    this.client = client;
    this.clock = clock;
    this.patience = patience;
  }

  /** Makes a flow file the newest version; applied again, it stays the same version. */
  void apply(String name, String text) throws InterruptedException {
    patiently(() -> client.apply(name, text));
  }

  /** Submits one run, under a key of its own: sent again, it is still the same run. */
  String submit(String flow, JsonNode input) throws InterruptedException {
    Optional<String> key = Optional.of(UUID.randomUUID().toString());
    return patiently(() -> client.submit(flow, input, Map.of(), key));
  }

  /** The run as it stands; empty while the runner does not answer, for it may come back. */
  Optional<RunView> run(String id) {
    try {
      return client.run(id);
    } catch (RunnerUnreachableException | ProblemException e) {
      if (mayPass(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private <T> T patiently(Supplier<T> call) throws InterruptedException {
    Instant deadline = clock.instant().plus(patience);
    while (true) {
      try {
        return call.get();
      } catch (RunnerUnreachableException | ProblemException e) {
        if (!mayPass(e) || clock.instant().isAfter(deadline)) {
          throw e;
        }
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
  }

  private static boolean mayPass(RuntimeException e) {
    return !(e instanceof ProblemException problem) || problem.status() == UNAVAILABLE;
  }
}
