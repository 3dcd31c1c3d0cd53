package io.tierflow.worker.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.worker.handlers.RetryWitness;
import java.io.IOException;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stage's context inside the child process: progress goes to the worker. Thread-safe. */
final class ChildContext implements StageContext, RetryWitness {

  private static final Logger log = LoggerFactory.getLogger(ChildContext.class);

  private static final int MAX_CHARS = 2048; // the worker tells no more of it

  private final Place place;
  private final Task task;
  private final FrameChannel worker;
  private volatile boolean cancelled;

  /** Which stage of which run. */
  record Place(String runId, String flow, String pipeline, String stage, OptionalInt index) {}

  /** Which call of the child, for which attempt, with what. */
  record Task(
      int number, int attempt, String idempotencyKey, String resourceClass, JsonNode config) {}

  ChildContext(Place place, Task task, FrameChannel worker) {
    this.place = place;
    this.task = task;
    this.worker = worker;
  }

  void cancel() {
    cancelled = true;
  }

  @Override
  public String runId() {
    return place.runId();
  }

  @Override
  public String flow() {
    return place.flow();
  }

  @Override
  public String pipeline() {
    return place.pipeline();
  }

  @Override
  public String stage() {
    return place.stage();
  }

  @Override
  public OptionalInt index() {
    return place.index();
  }

  @Override
  public int attempt() {
    return task.attempt();
  }

  @Override
  public String idempotencyKey() {
    return task.idempotencyKey();
  }

  @Override
  public String resourceClass() {
    return task.resourceClass();
  }

  @Override
  public JsonNode config() {
    return task.config();
  }

  @Override
  public void progress(double fraction, String message) {
    try {
      String text = message == null ? "" : message;
      worker.write(
          new Frame.Progress(
              task.number(), fraction, text.substring(0, Math.min(MAX_CHARS, text.length()))));
    } catch (IOException e) {
      // The worker is gone; the reading thread sees that, too, and ends this process.
      log.debug("progress was not told", e);
    }
  }

  @Override
  public void retried() {
    try {
      worker.write(new Frame.Retried(task.number()));
    } catch (IOException e) {
      log.debug("a retry was not told", e); // as above
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }
}
