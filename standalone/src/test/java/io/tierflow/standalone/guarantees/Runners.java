package io.tierflow.standalone.guarantees;

import io.tierflow.client.FlowClient;
import io.tierflow.client.ProblemException;
import io.tierflow.client.RunnerUnreachableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Several runners as a patient client sees them: what one cannot do now is asked of the next. */
final class Runners {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PAUSE_MILLIS = 100;
  private static final int SERVER_ERROR = 500;

  private final List<FlowClient> clients;
  private final InstantSource clock;
  private final CountDownLatch never = new CountDownLatch(1);
  private int next;

  Runners(List<FlowClient> clients, InstantSource clock) {
    this.clients = clients;
    this.clock = clock;
  }

  /** Asks until it is answered; what is refused for good is thrown. */
  <T> T ask(Function<FlowClient, T> question) throws InterruptedException {
    Instant until = clock.instant().plus(PATIENCE);
    while (true) {
      try {
        return question.apply(clients.get(next++ % clients.size()));
      } catch (RunnerUnreachableException e) {
        requireBefore(until, e);
      } catch (ProblemException e) {
        if (e.status() < SERVER_ERROR) {
          throw e;
        }
        requireBefore(until, e);
      }
      never.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void requireBefore(Instant until, RuntimeException error) {
    if (clock.instant().isAfter(until)) {
      throw error;
    }
  }
}
