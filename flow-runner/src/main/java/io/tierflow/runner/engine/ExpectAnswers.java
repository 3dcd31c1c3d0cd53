package io.tierflow.runner.engine;

import io.tierflow.machine.expect.ExpectDecision;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.schemas.Command;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells those who sent a command about an expectation what was decided. Thread-safe: HTTP threads
 * wait, stream threads tell.
 */
final class ExpectAnswers {

  /** Less than another runner waits for the answer of this one. */
  private static final Duration LIMIT = Duration.ofSeconds(4);

  private final Map<String, CompletableFuture<ExpectDecision>> awaited = new ConcurrentHashMap<>();

  /**
   * Sends a command and waits for what this runner decides.
   *
   * @throws UnavailableException if it is not decided here in time; it is in Kafka all the same
   */
  ExpectDecision ask(Command command, CommandSender sender) {
    CompletableFuture<ExpectDecision> answer =
        awaited.computeIfAbsent(name(command), name -> new CompletableFuture<>());
    try {
      sender.send(command);
      return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new UnavailableException(
          "expectation "
              + command.getKey()
              + ": the request is in Kafka, but was not decided within "
              + LIMIT.toSeconds()
              + " s; it will be, and may be sent again",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer never fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while waiting for an answer", e);
    } finally {
      awaited.remove(name(command));
    }
  }

  void tell(Command command, ExpectDecision decision) {
    CompletableFuture<ExpectDecision> answer = awaited.get(name(command));
    if (answer != null) {
      answer.complete(decision);
    }
  }

  private static String name(Command command) {
    return ExpectRecords.subject(command) + " " + command.getCommandId();
  }
}
