package io.tierflow.worker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tierflow.schemas.StageTask;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
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

  /**
   * The attempt a record asks for, beginning now.
   *
   * @throws io.tierflow.wire.RegistryException if the schema registry does not say how to read it
   */
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
}
