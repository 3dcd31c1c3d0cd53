package io.tierflow.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.schemas.StageTask;
import io.tierflow.worker.handlers.RetryWitness;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One attempt in work: what its handler may know of it, and what it tells of its progress. */
final class Attempt implements StageContext, RetryWitness {

  /** How far the work is, as its handler says. */
  record Progress(double fraction, String message) {}

  private final StageTask task;
  private final JsonNode config;
  private volatile Instant startedAt;
  private volatile Progress progress;
  private volatile boolean cancelled;
  private final AtomicInteger retries = new AtomicInteger();
  private final AtomicLong peakMemory = new AtomicLong(); // bytes; 0 where it is not measured

  Attempt(StageTask task, JsonNode config, Instant startedAt) {
    this.task = task;
    this.config = config;
    this.startedAt = startedAt;
  }

  StageTask task() {
    return task;
  }

  Instant startedAt() {
    return startedAt;
  }

  /** Its handler is called only now: it waited until then. */
  void begins(Instant now) {
    startedAt = now;
  }

  /** The latest progress, or null when the handler told none. */
  Progress latestProgress() {
    return progress;
  }

  /** Notes the most memory it has used so far, in bytes. */
  void usedMemory(long peakBytes) {
    peakMemory.accumulateAndGet(peakBytes, Math::max);
  }

  /** The most memory it has used, or null where that is not measured. */
  Long peakMemoryBytes() {
    long peak = peakMemory.get();
    return peak == 0 ? null : peak;
  }

  @Override
  public void retried() {
    retries.incrementAndGet();
  }

  /** How often its handler made a call to the outside once more. */
  int retries() {
    return retries.get();
  }

  void cancel() {
    cancelled = true;
  }

  @Override
  public String runId() {
    return task.getRunId();
  }

  @Override
  public String flow() {
    return task.getFlow();
  }

  @Override
  public String pipeline() {
    return task.getPipeline();
  }

  @Override
  public String stage() {
    return task.getStage();
  }

  @Override
  public OptionalInt index() {
    return task.getIndex() == null ? OptionalInt.empty() : OptionalInt.of(task.getIndex());
  }

  @Override
  public int attempt() {
    return task.getAttempt();
  }

  @Override
  public String idempotencyKey() {
    return task.getTaskId();
  }

  @Override
  public String resourceClass() {
    return task.getResourceClass();
  }

  @Override
  public JsonNode config() {
    return config;
  }

  @Override
  public void progress(double fraction, String message) {
    progress = new Progress(Math.max(0, Math.min(1, fraction)), message == null ? "" : message);
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public String toString() {
    return "task " + task.getTaskId() + ", attempt " + task.getAttempt();
  }
}
