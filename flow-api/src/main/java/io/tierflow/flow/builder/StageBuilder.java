package io.tierflow.flow.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.ForEach;
import io.tierflow.flow.file.ByteSize;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Says a stage. Not thread-safe.
 *
 * @param <B> the builder itself
 */
public abstract sealed class StageBuilder<B extends StageBuilder<B>> extends SettingsBuilder<B>
    permits PipelineBuilder.PipelineStage, ParallelBuilder.ParallelStage {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  StageBuilder(String name) {
    json().put("stage", name);
  }

  /** Worked by the handler of this name. */
  public B handler(String name) {
    json().put("handler", name);
    return self();
  }

  /**
   * Gives the handler a piece of its configuration.
   *
   * @param value a text, number, boolean, list, map, bean, {@code JsonNode}, or null; a {@link
   *     Path} or {@link Duration} is written as flow files write it
   * @throws IllegalArgumentException if the value has no JSON form
   */
  public B with(String key, Object value) {
    json().withObject("/with").set(key, tree(value));
    return self();
  }

  /**
   * Needs so much memory, with all that it starts: it waits for a worker that has it; {@code
   * memory: …}.
   */
  public B memory(long bytes) {
    json().put("memory", ByteSize.text(bytes));
    return self();
  }

  /** Run once per element of the incoming list, as {@link ForEach#DEFAULT} says. */
  public B forEachElement() {
    json().put("for-each", true);
    return self();
  }

  /**
   * Run once per element of the incoming list.
   *
   * @param concurrency how many elements are out at once
   * @param failFast whether the first failure ends the stage
   */
  public B forEachElement(int concurrency, boolean failFast) {
    ObjectNode forEach = json().putObject("for-each");
    forEach.put("concurrency", concurrency).put("fail-fast", failFast);
    return self();
  }

  /** Skipped unless this JMESPath expression on its input is true. */
  public B when(String condition) {
    json().put("when", condition);
    return self();
  }

  private static JsonNode tree(Object value) {
    if (value instanceof Path path) {
      return MAPPER.valueToTree(path.toString());
    }
    return value instanceof Duration duration
        ? MAPPER.valueToTree(text(duration))
        : MAPPER.valueToTree(value);
  }
}
