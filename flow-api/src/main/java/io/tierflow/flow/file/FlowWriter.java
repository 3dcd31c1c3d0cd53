package io.tierflow.flow.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Flow;
import io.tierflow.flow.ForEach;
import io.tierflow.flow.Launcher;
import io.tierflow.flow.Parallel;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Priority;
import io.tierflow.flow.RetryPolicy;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import io.tierflow.flow.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Writes flows in the flow file's structure, so that {@link FlowReader} gives them back. Every
 * stage gets its own class, launcher, timeout and retry. Stateless and thread-safe.
 */
public final class FlowWriter {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private FlowWriter() {}

  /** The flow as JSON: equal flows give equal trees. */
  public static ObjectNode toJson(Flow flow) {
    ObjectNode json = NODES.objectNode().put("flow", flow.name());
    putLimit(json, "deadline", flow.deadline(), flow.autoDeadline());
    flow.schedule().ifPresent(schedule -> ScheduleWriter.write(schedule, json));
    if (flow.priority() != Priority.NORMAL) {
      json.put("priority", flow.priority().word());
    }
    ObjectNode pipelines = json.putObject("pipelines");
    flow.pipelines().forEach(pipeline -> pipelines.set(pipeline.name(), pipeline(pipeline)));
    return json;
  }

  /** The flow as YAML, for people. */
  public static String toYaml(Flow flow) {
    DumpSettings settings =
        DumpSettings.builder()
            .setSchema(new CoreSchema())
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setWidth(100)
            .setSplitLines(false)
            .setDereferenceAliases(true)
            .build();
    return new Dump(settings).dumpToString(MAPPER.convertValue(toJson(flow), Map.class));
  }

  private static ObjectNode pipeline(Pipeline pipeline) {
    ObjectNode json = NODES.objectNode();
    if (!pipeline.after().isEmpty()) {
      ArrayNode after = json.putArray("after");
      pipeline.after().forEach(after::add);
    }
    ArrayNode stages = json.putArray("stages");
    pipeline.steps().forEach(step -> stages.add(step(step)));
    return json;
  }

  private static ObjectNode step(Step step) {
    if (step instanceof Parallel parallel) {
      ObjectNode json = NODES.objectNode();
      ArrayNode stages = json.putArray("parallel");
      parallel.stages().forEach(stage -> stages.add(stage(stage)));
      return json;
    }
    return stage((Stage) step);
  }

  private static ObjectNode stage(Stage stage) {
    ObjectNode json = NODES.objectNode().put("stage", stage.name()).put("handler", stage.handler());
    if (!stage.with().isEmpty()) {
      json.set("with", stage.with().deepCopy());
    }
    json.put("class", stage.resourceClass().name());
    if (stage.launcher() != Launcher.KAFKA) {
      json.put(SettingsReader.LAUNCHER, stage.launcher().word());
    }
    if (!stage.timeouts().equals(Timeouts.NONE)) {
      json.set("timeout", timeouts(stage.timeouts()));
    }
    if (!stage.retry().equals(RetryPolicy.NONE)) {
      json.set("retry", retry(stage.retry()));
    }
    if (stage.onOutOfMemory().size() == 1) {
      json.put("on-out-of-memory", stage.onOutOfMemory().get(0).name());
    } else if (!stage.onOutOfMemory().isEmpty()) {
      ArrayNode larger = json.putArray("on-out-of-memory");
      stage.onOutOfMemory().forEach(each -> larger.add(each.name()));
    }
    stage.rate().ifPresent(rate -> json.set(SettingsReader.RATE, RateReader.write(rate)));
    if (stage.memory() > 0) {
      json.put(StageReader.MEMORY, ByteSize.text(stage.memory()));
    }
    stage.forEach().ifPresent(forEach -> json.set("for-each", forEach(forEach)));
    stage.when().ifPresent(when -> json.put("when", when));
    return json;
  }

  private static ObjectNode timeouts(Timeouts timeouts) {
    ObjectNode json = NODES.objectNode();
    putLimit(json, "queue", timeouts.queue(), timeouts.auto().contains(Timeouts.Auto.QUEUE));
    putLimit(json, "run", timeouts.run(), timeouts.auto().contains(Timeouts.Auto.RUN));
    putDuration(json, "heartbeat", timeouts.heartbeat());
    putDuration(json, "total", timeouts.total());
    putDuration(json, "hand-over", timeouts.handOver());
    return json;
  }

  private static ObjectNode retry(RetryPolicy retry) {
    ObjectNode json = NODES.objectNode().put("attempts", retry.attempts());
    if (!retry.firstBackoff().equals(RetryPolicy.NONE.firstBackoff())
        || !retry.maxBackoff().equals(RetryPolicy.NONE.maxBackoff())) {
      json.put(
          "backoff",
          DurationText.format(retry.firstBackoff())
              + ".."
              + DurationText.format(retry.maxBackoff()));
    }
    if (retry.jitter() != RetryPolicy.NONE.jitter()) {
      json.put("jitter", retry.jitter());
    }
    List<String> notOn =
        retry.notOn().stream()
            .filter(kind -> !RetryPolicy.NONE.notOn().contains(kind))
            .sorted()
            .map(FailureKind::name)
            .toList();
    if (!notOn.isEmpty()) {
      ArrayNode kinds = json.putArray("not-on");
      notOn.forEach(kinds::add);
    }
    return json;
  }

  private static JsonNode forEach(ForEach forEach) {
    return forEach.equals(ForEach.DEFAULT)
        ? NODES.booleanNode(true)
        : NODES
            .objectNode()
            .put("concurrency", forEach.concurrency())
            .put("fail-fast", forEach.failFast());
  }

  private static void putLimit(
      ObjectNode json, String key, Optional<Duration> limit, boolean auto) {
    if (auto) {
      json.put(key, Fields.AUTO);
    } else {
      putDuration(json, key, limit);
    }
  }

  private static void putDuration(ObjectNode json, String key, Optional<Duration> duration) {
    duration.ifPresent(value -> json.put(key, DurationText.format(value)));
  }
}
