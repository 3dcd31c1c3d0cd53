package io.tierflow.runner.engine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.Stage;
import io.tierflow.machine.Attempt;
import io.tierflow.machine.Content;
import io.tierflow.machine.Deadline;
import io.tierflow.machine.Plan;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.TaskKey;
import io.tierflow.machine.TaskOrder;
import io.tierflow.schemas.AttemptError;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.DeadlineReached;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.StageTask;
import io.tierflow.wire.payload.Payloads;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the machine decided, in the words of the topics' records. */
final class Outbound {

  private final Payloads payloads;

  Outbound(Payloads payloads) {
    this.payloads = payloads;
  }

  StageTask task(String runId, Plan plan, TaskOrder order) {
    Stage stage = order.stage();
    TaskKey task = order.task();
    return new StageTask(
        task.taskId(runId),
        order.attempt(),
        runId,
        plan.flow().name(),
        plan.version(),
        task.pipeline(),
        task.stage(),
        task.isElement() ? task.index() : null,
        order.resourceClass(),
        stage.handler(),
        plan.config(task),
        payload(order.input()),
        order.dispatchedAt(),
        stage.timeouts().run().map(Duration::toMillis).orElse(null),
        stage.timeouts().heartbeat().map(Duration::toMillis).orElse(null),
        stage.timeouts().handOver().map(Duration::toMillis).orElse(null));
  }

  /** A composed input may be past the limit that its parts kept: then it is stored aside here. */
  Payload payload(Content content) {
    return content.bytes() == null
        ? new Payload(content.contentType(), null, content.reference(), content.size())
        : payloads.of(content.contentType(), content.bytes());
  }

  /** The same content, stored aside if it is past the limit: as it may lie in the state. */
  Content compact(Content content) {
    if (content == null || content.bytes() == null) {
      return content;
    }
    Payload payload = payload(content);
    return payload.getReference() == null
        ? content
        : new Content(content.contentType(), null, payload.getReference(), content.size());
  }

  byte[] bytes(Content content) {
    return payloads.bytes(
        new Payload(
            content.contentType(),
            content.bytes() == null ? null : ByteBuffer.wrap(content.bytes()),
            content.reference(),
            content.size()));
  }

  static Command deadline(String runId, Deadline deadline, Instant now) {
    TaskKey task = deadline.task();
    DeadlineReached body =
        new DeadlineReached(
            deadline.kind().name(),
            task == null ? null : task.pipeline(),
            task == null ? null : task.stage(),
            task == null || !task.isElement() ? null : task.index(),
            deadline.attempt(),
            deadline.dueAt());
    String id = deadline.kind() + ":" + task + "#" + deadline.attempt() + "@" + deadline.dueAt();
    return new Command(runId, id, now, body);
  }

  DeadLetter deadLetter(
      String runId, StageTask task, StageRecord record, Failure reason, Instant now) {
    List<AttemptError> history =
        record.attempts().stream()
            .filter(attempt -> attempt.failure() != null)
            .map(Outbound::error)
            .toList();
    return new DeadLetter(runId, now, failure(reason), task, history, null);
  }

  static io.tierflow.schemas.Failure failure(Failure failure) {
    return new io.tierflow.schemas.Failure(
        FailureKind.valueOf(failure.kind().name()),
        failure.message(),
        failure.detail().isEmpty() ? null : failure.detail(),
        failure.permanent(),
        failure.retryAfter().map(Duration::toMillis).orElse(null));
  }

  private static AttemptError error(Attempt attempt) {
    return new AttemptError(
        attempt.number(),
        attempt.resourceClass(),
        attempt.worker(),
        attempt.endedAt(),
        failure(attempt.failure()));
  }
}
