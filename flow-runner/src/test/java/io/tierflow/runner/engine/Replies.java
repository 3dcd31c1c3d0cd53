package io.tierflow.runner.engine;

import io.tierflow.schemas.Failure;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.schemas.StageTask;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What a worker says of a task. It worked on each for five milliseconds. */
final class Replies {

  private static final int WORKED_MILLIS = 5;

  private Replies() {}

  /** An output, as JSON. */
  static StageResult succeeded(StageTask task, String worker, Instant startedAt, String output) {
    Instant endedAt = startedAt.plusMillis(WORKED_MILLIS);
    return result(task, worker, new StageSucceeded(startedAt, endedAt, json(output), null));
  }

  /** Whatever else is said of an attempt that has not failed. */
  static StageResult result(StageTask task, String worker, Object body) {
    return new StageResult(
        task.getTaskId(),
        task.getAttempt(),
        task.getRunId(),
        task.getPipeline(),
        task.getStage(),
        task.getIndex(),
        worker,
        body);
  }

  /** A failure. */
  static StageFailed failed(StageTask task, String worker, Instant startedAt, Failure failure) {
    return new StageFailed(
        task.getTaskId(),
        task.getAttempt(),
        task.getRunId(),
        task.getPipeline(),
        task.getStage(),
        task.getIndex(),
        worker,
        startedAt,
        startedAt.plusMillis(WORKED_MILLIS),
        failure,
        null);
  }

  /** A text of JSON as it travels. */
  static Payload json(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Payload("application/json", ByteBuffer.wrap(bytes), null, (long) bytes.length);
  }
}
