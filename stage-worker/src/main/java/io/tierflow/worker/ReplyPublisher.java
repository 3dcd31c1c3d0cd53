package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageHeartbeat;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageStarted;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.schemas.StageTask;
import io.tierflow.wire.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Tells the runner what becomes of attempts. Every method returns a future that completes once the
 * brokers have the record; nothing may be acknowledged before. Thread-safe.
 */
final class ReplyPublisher {

  private final RecordSender sender;
  private final TopicNames topics;
  private final String worker;
  private final WorkerClock clock;

  ReplyPublisher(RecordSender sender, TopicNames topics, String worker, WorkerClock clock) {
    this.sender = sender;
    this.topics = topics;
    this.worker = worker;
    this.clock = clock;
  }

  CompletableFuture<Void> started(Attempt attempt, Duration handOver) {
    return result(attempt, new StageStarted(attempt.startedAt(), false, null, handOver.toMillis()));
  }

  CompletableFuture<Void> handedOver(Attempt attempt, Duration heartbeatTimeout) {
    return result(
        attempt, new StageStarted(attempt.startedAt(), true, heartbeatTimeout.toMillis(), null));
  }

  CompletableFuture<Void> heartbeat(Attempt attempt) {
    Attempt.Progress progress = attempt.latestProgress();
    return result(
        attempt,
        progress == null
            ? new StageHeartbeat(clock.now(), null, null)
            : new StageHeartbeat(
                clock.now(),
                progress.fraction(),
                Failures.cut(progress.message(), Failures.MAX_MESSAGE_BYTES)));
  }

  CompletableFuture<Void> outcome(Attempt attempt, Outcome outcome) {
    if (outcome instanceof Outcome.Succeeded succeeded) {
      return result(
          attempt,
          new StageSucceeded(
              attempt.startedAt(), clock.now(), succeeded.output(), attempt.peakMemoryBytes()));
    }
    if (outcome instanceof Outcome.Undone undone) {
      return failed(attempt.task(), attempt.startedAt(), undone.failure());
    }
    return failed(
        attempt.task(),
        attempt.startedAt(),
        ((Outcome.Failed) outcome).failure(),
        attempt.peakMemoryBytes());
  }

  CompletableFuture<Void> failed(StageTask task, Instant startedAt, Failure failure) {
    return failed(task, startedAt, failure, null);
  }

  private CompletableFuture<Void> failed(
      StageTask task, Instant startedAt, Failure failure, Long peakMemoryBytes) {
    return sender.send(
        topics.errors(),
        task.getRunId(),
        new StageFailed(
            task.getTaskId(),
            task.getAttempt(),
            task.getRunId(),
            task.getPipeline(),
            task.getStage(),
            task.getIndex(),
            worker,
            startedAt,
            clock.now(),
            onWire(failure),
            peakMemoryBytes));
  }

  static io.tierflow.schemas.Failure onWire(Failure failure) {
    return new io.tierflow.schemas.Failure(
        FailureKind.valueOf(failure.kind().name()),
        failure.message(),
        failure.detail().isEmpty() ? null : failure.detail(),
        failure.permanent(),
        failure.retryAfter().map(Duration::toMillis).orElse(null),
        failure.tooLarge(),
        failure.outsideSlot());
  }

  private CompletableFuture<Void> result(Attempt attempt, Object body) {
    StageTask task = attempt.task();
    return sender.send(
        topics.results(),
        task.getRunId(),
        new StageResult(
            task.getTaskId(),
            task.getAttempt(),
            task.getRunId(),
            task.getPipeline(),
            task.getStage(),
            task.getIndex(),
            worker,
            body));
  }
}
