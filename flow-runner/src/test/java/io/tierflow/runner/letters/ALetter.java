package io.tierflow.runner.letters;

import io.tierflow.schemas.AttemptError;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.RawRecord;
import io.tierflow.schemas.StageTask;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Dead letters for tests: a task of flow {@code weather} unless told otherwise. Immutable. */
public record ALetter(
    String runId, String flow, String place, Failure failure, Integer index, Instant at) {

  /** When everything here happens. */
  public static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

  /** A task of this run that timed out at the start. */
  public static ALetter of(String runId) {
    return new ALetter(
        runId, "weather", "main/fetch", failure(FailureKind.TIMED_OUT, "too slow"), null, START);
  }

  /** A record of this key that nobody could decode. */
  public static DeadLetter undecodable(String key) {
    return new DeadLetter(
        key,
        START,
        failure(FailureKind.UNDECODABLE, "no magic byte"),
        null,
        List.of(),
        new RawRecord("tierflow.results", 2, 7L, bytes(key), bytes("garbage")));
  }

  /** The same, of this flow. */
  public ALetter ofFlow(String name) {
    return new ALetter(runId, name, place, failure, index, at);
  }

  /** The same, of this stage: {@code PIPELINE/STAGE}. */
  public ALetter stage(String pipelineAndStage) {
    return new ALetter(runId, flow, pipelineAndStage, failure, index, at);
  }

  /** The same, with this failure. */
  public ALetter failed(FailureKind kind, String message) {
    return new ALetter(runId, flow, place, failure(kind, message), index, at);
  }

  /** The same, of one element of a for-each. */
  public ALetter element(int number) {
    return new ALetter(runId, flow, place, failure, number, at);
  }

  /** The same, so many seconds after the start. */
  public ALetter after(long seconds) {
    return new ALetter(runId, flow, place, failure, index, START.plusSeconds(seconds));
  }

  /** What the topic holds. */
  public DeadLetter content() {
    String[] names = place.split("/", 2);
    StageTask task =
        new StageTask(
            runId + "/" + place,
            2,
            runId,
            flow,
            3,
            names[0],
            names[1],
            index,
            "small",
            "echo",
            "{}",
            new Payload("application/json", bytes("{\"n\":1.10}"), null, 10L),
            at.minusSeconds(5),
            null,
            null,
            null,
            0L);
    AttemptError first =
        new AttemptError(
            1, "small", "w1", at.minusSeconds(9), failure(FailureKind.WORKER_LOST, "gone"));
    AttemptError second = new AttemptError(2, "small", "w2", at, failure);
    return new DeadLetter(runId, at, failure, task, List.of(first, second), null);
  }

  /** As if it lay there. */
  public Letter in(int partition, long offset) {
    return letter(partition, offset, content());
  }

  static Letter letter(int partition, long offset, DeadLetter content) {
    return new Letter(partition, offset, content, 100);
  }

  private static Failure failure(FailureKind kind, String message) {
    return new Failure(kind, message, null, false, null, false, false);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
