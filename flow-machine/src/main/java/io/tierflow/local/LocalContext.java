package io.tierflow.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.machine.TaskOrder;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** What a handler may know of its attempt, when it runs in the test's own thread. */
final class LocalContext implements StageContext {

  /** What a handler said last. */
  record Progress(double fraction, String message) {}

  private final String runId;
  private final String flow;
  private final TaskOrder order;
  private final BooleanSupplier cancelled;
  private volatile Progress progress; // a handler may have threads of its own

  LocalContext(String runId, String flow, TaskOrder order, BooleanSupplier cancelled) {
    this.runId = runId;
    this.flow = flow;
    this.order = order;
    this.cancelled = cancelled;
  }

  Optional<Progress> lastProgress() {
    return Optional.ofNullable(progress);
  }

  @Override
  public String runId() {
    return runId;
  }

  @Override
  public String flow() {
    return flow;
  }

  @Override
  public String pipeline() {
    return order.task().pipeline();
  }

  @Override
  public String stage() {
    return order.task().stage();
  }

  @Override
  public OptionalInt index() {
    return order.task().isElement() ? OptionalInt.of(order.task().index()) : OptionalInt.empty();
  }

  @Override
  public int attempt() {
    return order.attempt();
  }

  @Override
  public String idempotencyKey() {
    return order.task().taskId(runId);
  }

  @Override
  public String resourceClass() {
    return order.resourceClass();
  }

  @Override
  public JsonNode config() {
    return order.stage().with();
  }

  @Override
  public void progress(double fraction, String message) {
    progress = new Progress(Math.max(0, Math.min(1, fraction)), message == null ? "" : message);
  }

  @Override
  public boolean isCancelled() {
    return cancelled.getAsBoolean();
  }
}
