package io.tierflow.runner.engine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.Stage;
import io.tierflow.machine.Attempt;
import io.tierflow.machine.Content;
import io.tierflow.machine.Deadline;
import io.tierflow.machine.Plan;
import io.tierflow.machine.Replay;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.Stop;
import io.tierflow.machine.TaskKey;
import io.tierflow.machine.TaskOrder;
import io.tierflow.schemas.AttemptError;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.DeadlineReached;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.HeldTask;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.PoolChanged;
import io.tierflow.schemas.ReleaseRun;
import io.tierflow.schemas.ReplayedStage;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.StopReason;
import io.tierflow.wire.payload.PayloadStore;
import io.tierflow.wire.payload.Payloads;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the machine decided, in the words of the topics' records. */
final class Outbound {

  /** What stays inline where many payloads share one record. */
  private static final int SHARED_INLINE_LIMIT = 1024;

  private final Payloads payloads;
  private final Payloads aside;

  Outbound(PayloadStore store) {
    this.payloads = new Payloads(store);
    this.aside = new Payloads(store, SHARED_INLINE_LIMIT);
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
        handOver(order),
        stage.memory());
  }

  // A task that lost its worker is handed over before it begins: should it end this one too, that
  // is seen at once and counted, and the broker does not give it to the next.
  private static Long handOver(TaskOrder order) {
    return order.suspect()
        ? Long.valueOf(0)
        : order.stage().timeouts().handOver().map(Duration::toMillis).orElse(null);
  }

  /** A composed input may be past the limit that its parts kept: then it is stored aside here. */
  Payload payload(Content content) {
    return payload(content, payloads);
  }

  /** The same content, stored aside if it is past the limit: as it may lie in the state. */
  Content compact(Content content) {
    return compact(content, payloads);
  }

  /** The same content, stored aside unless it is small: as it may lie in what is written often. */
  Content aside(Content content) {
    return compact(content, aside);
  }

  private static Content compact(Content content, Payloads payloads) {
    if (content == null || content.bytes() == null) {
      return content;
    }
    Payload payload = payload(content, payloads);
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

  /**
   * What a replay brings along; much of it together goes aside, so that the command stays small.
   */
  io.tierflow.schemas.Replay replay(Replay replay) {
    long size =
        Stream.concat(replay.reused().values().stream(), replay.elements().values().stream())
            .mapToLong(content -> content.bytes() == null ? 0 : content.bytes().length)
            .sum();
    Payloads used = size > Payloads.DEFAULT_INLINE_LIMIT ? aside : payloads;
    Set<TaskKey> tasks = new HashSet<>(replay.reused().keySet());
    tasks.addAll(replay.inputs().keySet());
    tasks.addAll(replay.classes().keySet());
    tasks.addAll(replay.leftOut());
    tasks.addAll(replay.elements().keySet());
    return new io.tierflow.schemas.Replay(
        replay.of(),
        tasks.stream()
            .map(
                task ->
                    new ReplayedStage(
                        task.pipeline(),
                        task.stage(),
                        payload(replay.reused().get(task), used),
                        payload(replay.inputs().get(task), used),
                        replay.classes().get(task),
                        replay.leftOut().contains(task),
                        payload(replay.elements().get(task), used)))
            .toList());
  }

  private static Payload payload(Content content, Payloads payloads) {
    if (content == null) {
      return null;
    }
    return content.bytes() == null
        ? new Payload(content.contentType(), null, content.reference(), content.size())
        : payloads.of(content.contentType(), content.bytes());
  }

  static Command deadline(
      String runId, Deadline deadline, Map<String, Instant> servedUpTo, Instant now) {
    return deadline(runId, deadline, servedUpTo, null, now);
  }

  /** The removal of a run, or of a piece of it, that was submitted then. */
  static Command prune(RunDesk.Due due, Instant submittedAt, Instant now) {
    return deadline(due.runId(), due.deadline(), Map.of(), submittedAt, now);
  }

  private static Command deadline(
      String runId,
      Deadline deadline,
      Map<String, Instant> servedUpTo,
      Instant submittedAt,
      Instant now) {
    TaskKey task = deadline.task();
    DeadlineReached body =
        new DeadlineReached(
            deadline.kind().name(),
            task == null ? null : task.pipeline(),
            task == null ? null : task.stage(),
            task == null || !task.isElement() ? null : task.index(),
            deadline.attempt(),
            deadline.dueAt(),
            servedUpTo,
            submittedAt,
            List.of());
    String id = deadline.kind() + ":" + task + "#" + deadline.attempt() + "@" + deadline.dueAt();
    return new Command(runId, id, now, body);
  }

  static Command pool(PoolWatch.Change change, Instant now) {
    PoolWatch.Need need = change.need();
    String id =
        (change.present() ? "POOL_BACK:" : "POOL_GONE:")
            + need.lane()
            + (need.handler() == null ? "" : "/" + need.handler())
            + (need.memory() == 0 ? "" : "/" + need.memory());
    return new Command(
        change.runId(),
        id + "@" + now.toEpochMilli(),
        now,
        new PoolChanged(
            need.lane(),
            change.present(),
            need.handler(),
            change.sight().detail(),
            change.sight().stopping(),
            need.memory(),
            change.sight().tooLarge()));
  }

  static StopOrder stop(String runId, Stop stop, Instant now) {
    TaskKey task = stop.task();
    return new StopOrder(
        runId,
        task == null ? null : task.pipeline(),
        task == null ? null : task.stage(),
        task == null || !task.isElement() ? null : task.index(),
        stop.attempt() == Stop.EVERY ? null : stop.attempt(),
        StopReason.valueOf(stop.reason().name()),
        now);
  }

  static Command release(String runId, Instant now) {
    return new Command(runId, "RELEASE@" + now.toEpochMilli(), now, new ReleaseRun(List.of()));
  }

  /** It is the turn of these tasks of a run; at least one. */
  static Command turns(String runId, List<TaskKey> tasks, Instant now) {
    List<HeldTask> turns =
        tasks.stream()
            .map(
                task ->
                    new HeldTask(
                        task.pipeline(), task.stage(), task.isElement() ? task.index() : null))
            .toList();
    return new Command(runId, now.toEpochMilli() + ":" + tasks.get(0), now, new ReleaseRun(turns));
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
        failure.retryAfter().map(Duration::toMillis).orElse(null),
        failure.tooLarge(),
        failure.outsideSlot());
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
