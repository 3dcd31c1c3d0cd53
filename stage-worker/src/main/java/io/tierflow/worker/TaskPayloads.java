package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.StageTask;
import io.tierflow.wire.payload.PayloadException;
import io.tierflow.wire.payload.Payloads;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What tasks take and give, wherever it lies. A payload store out of reach is tried again for a
 * while before the task goes back. Thread-safe; called on handlers' threads, which may be
 * interrupted.
 */
final class TaskPayloads {

  private static final Logger log = LoggerFactory.getLogger(TaskPayloads.class);
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Payloads payloads;
  private final StopSignal stop;

  TaskPayloads(Payloads payloads, StopSignal stop) {
    this.payloads = payloads;
    this.stop = stop;
  }

  /**
   * The bytes of a task's input.
   *
   * @throws StageException if they are gone for good
   * @throws PayloadException.Unavailable if they cannot be had now
   */
  byte[] input(StageTask task) throws StageException, InterruptedException {
    Payload input = task.getInput();
    if (input.getBytes() == null && input.getReference() == null) {
      throw permanent(
          FailureKind.INVALID_INPUT,
          "the input of task " + task.getTaskId() + " has neither bytes nor a reference");
    }
    try {
      return patiently(() -> payloads.bytes(input));
    } catch (PayloadException.Lost e) {
      throw permanent(
          FailureKind.INVALID_INPUT,
          "the input of task " + task.getTaskId() + " is lost: " + e.getMessage());
    }
  }

  /**
   * An output as it travels: inline, or stored and referred to.
   *
   * @throws PayloadException.Unavailable if it cannot be stored now
   */
  Payload output(String contentType, byte[] bytes) throws InterruptedException {
    return patiently(() -> payloads.of(contentType, bytes));
  }

  private <T> T patiently(Supplier<T> call) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        return call.get();
      } catch (PayloadException.Unavailable e) {
        if (Thread.interrupted()) {
          throw new InterruptedException("cancelled while it waited for the payload store");
        }
        if (tries == TRIES || stop.isStopping()) {
          throw e;
        }
        log.warn("the payload store is out of reach, trying again: {}", e.getMessage());
        stop.pause(PAUSE);
      }
    }
  }

  private static StageException permanent(FailureKind kind, String message) {
    return new StageException(new Failure(kind, message, "", true, Optional.empty()));
  }
}
