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
import java.util.function.Predicate;

/**
 * Asks the runners one thing again and again, on a thread of its own, as a client that knows all of
 * them: what one does not answer is asked of the next at once. Keeps the longest time without an
 * answer. Thread-safe.
 */
final class ApiWatch implements AutoCloseable {

  private static final int PERIOD_MILLIS = 100;
  private static final int AGAIN_MILLIS = 20;

  private final List<FlowClient> clients;
  private final InstantSource clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile Duration longest = Duration.ZERO;

  /**
   * Begins to ask.
   *
   * @param question whether a runner has answered it
   */
  ApiWatch(List<FlowClient> clients, InstantSource clock, Predicate<FlowClient> question) {
    this.clients = clients;
    this.clock = clock;
    this.thread = new Thread(() -> watch(question), "api-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** The longest time from one answer to the next, up to now. */
  Duration longest() {
    return longest;
  }

  private void watch(Predicate<FlowClient> question) {
    Instant last = clock.instant();
    int asked = 0;
    try {
      while (closed.getCount() > 0) {
        boolean answered = isAnswered(clients.get(asked % clients.size()), question);
        Instant now = clock.instant();
        Duration silence = Duration.between(last, now);
        longest = silence.compareTo(longest) > 0 ? silence : longest;
        if (answered) {
          last = now;
        } else {
          asked++;
        }
        var unused = closed.await(answered ? PERIOD_MILLIS : AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isAnswered(FlowClient client, Predicate<FlowClient> question) {
    try {
      return question.test(client);
    } catch (RunnerUnreachableException | ProblemException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
