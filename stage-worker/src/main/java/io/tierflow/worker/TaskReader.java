package io.tierflow.worker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.StageTask;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads tasks from records. Thread-safe. */
final class TaskReader {

  private final WireCodec codec;
  private final WorkerClock clock;
  private final JsonMapper mapper = new JsonMapper();

  TaskReader(WireCodec codec, WorkerClock clock) {
    this.codec = codec;
    this.clock = clock;
  }

  /** The attempt a record asks for, beginning now. */
  Attempt read(ConsumerRecord<byte[], byte[]> record) throws UndecodableException {
    if (record.value() == null) {
      throw new UndecodableException("expected a StageTask, found no value");
    }
    StageTask task = codec.decode(record.topic(), record.value(), StageTask.class);
    try {
      JsonNode config = mapper.readTree(task.getConfig());
      if (!config.isObject()) {
        throw new UndecodableException(
            "config of task "
                + task.getTaskId()
                + ": expected a JSON object, found "
                + config.getNodeType());
      }
      return new Attempt(task, config, clock.now());
    } catch (JacksonException e) {
      throw new UndecodableException(
          "config of task " + task.getTaskId() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The bytes of a task's input.
   *
   * @throws StageException if they did not travel with the task
   */
  static byte[] input(StageTask task) throws StageException {
    Payload payload = task.getInput();
    if (payload.getBytes() == null) {
      throw new StageException(
          Failure.of(
              FailureKind.INVALID_INPUT,
              payload.getReference() == null
                  ? "the input of task " + task.getTaskId() + " has neither bytes nor a reference"
                  : "the input of task "
                      + task.getTaskId()
                      + " lies at "
                      + payload.getReference()
                      + ": expected it in the record, this worker reads no payload store"));
    }
    ByteBuffer buffer = payload.getBytes().duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
