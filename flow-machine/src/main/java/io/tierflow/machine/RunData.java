package io.tierflow.machine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What flows between the stages of a run. Only outputs are stored; every input follows from the
 * outputs before it, so a payload is kept once however many stages read it.
 */
final class RunData {

  // Numbers are handed on digit for digit: 1.10 stays 1.10, and 25 digits stay 25 digits.
  private static final JsonMapper EXACT =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Plan plan;
  private final RunEntries entries;

  RunData(Plan plan, RunEntries entries) {
    this.plan = plan;
    this.entries = entries;
  }

  /** What this stage, or this element of its for-each, takes. */
  Content input(TaskKey task) {
    Optional<Content> own = stage(task).map(StageRecord::input);
    if (task.isElement() || own.isPresent()) {
      return own.orElseThrow();
    }
    Pipeline pipeline = plan.pipeline(task.pipeline());
    int step = plan.step(task);
    return step == 0 ? input(pipeline) : output(pipeline, step - 1);
  }

  /** The output of a whole pipeline that succeeded. */
  Content output(Pipeline pipeline) {
    return output(pipeline, pipeline.steps().size() - 1);
  }

  /** The output of a run that succeeded: an object from the last pipelines to their outputs. */
  Content output() {
    JsonObject object = new JsonObject();
    plan.flow().lastPipelines().forEach(p -> object.add(p.name(), output(p)));
    return object.end();
  }

  /** What a stage gave that succeeded or was skipped; empty for any other. */
  Optional<Content> output(TaskKey task) {
    return stage(task)
        .filter(record -> record.state().isDone())
        .map(
            record ->
                switch (record.state()) {
                  case SKIPPED -> input(task);
                  default -> record.fanOut() == null ? record.output() : elements(task);
                });
  }

  /**
   * Splits a list into its elements.
   *
   * @throws InvalidInputException if it is not a JSON list
   */
  List<Content> split(Content list) throws InvalidInputException {
    JsonNode node = json(list);
    if (!node.isArray()) {
      throw new InvalidInputException(
          "for-each: expected a JSON list, found "
              + node.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
    }
    List<Content> elements = new ArrayList<>(node.size());
    node.forEach(element -> elements.add(content(element)));
    return elements;
  }

  /** A part of what {@link #json} read. */
  static Content content(JsonNode part) {
    try {
      return Content.json(EXACT.writeValueAsBytes(part));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a parsed JSON value cannot be written again", e);
    }
  }

  /**
   * Reads a content as JSON.
   *
   * @throws InvalidInputException if it is not JSON
   */
  JsonNode json(Content content) throws InvalidInputException {
    if (!isJson(content)) {
      throw new InvalidInputException("expected JSON, found " + content.contentType());
    }
    try {
      JsonNode node = EXACT.readTree(entries.bytes(content));
      if (node.isMissingNode()) {
        throw new InvalidInputException("expected JSON, found nothing");
      }
      return node;
    } catch (IOException e) {
      throw new InvalidInputException("expected JSON, found " + e.getMessage());
    }
  }

  private Content input(Pipeline pipeline) {
    if (pipeline.after().isEmpty()) {
      return entries.get(EntryKey.INPUT).map(Content.class::cast).orElseThrow();
    }
    JsonObject object = new JsonObject();
    pipeline.after().forEach(name -> object.add(name, output(plan.pipeline(name))));
    return object.end();
  }

  private Content output(Pipeline pipeline, int step) {
    Step at = pipeline.steps().get(step);
    if (at instanceof Stage stage) {
      return output(TaskKey.of(pipeline.name(), stage.name())).orElseThrow();
    }
    JsonObject object = new JsonObject();
    for (Stage stage : at.stages()) {
      object.add(stage.name(), output(TaskKey.of(pipeline.name(), stage.name())).orElseThrow());
    }
    return object.end();
  }

  private Content elements(TaskKey stage) {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    list.write('[');
    entries.forEachElement(
        stage,
        (index, record) -> {
          if (index > 0) {
            list.write(',');
          }
          list.writeBytes(asJson(record.output()));
        });
    list.write(']');
    return Content.json(list.toByteArray());
  }

  private static boolean isJson(Content content) {
    String type = content.contentType();
    return type.equals(Content.JSON) || type.startsWith(Content.JSON + ";");
  }

  private Optional<StageRecord> stage(TaskKey task) {
    return entries.get(EntryKey.of(task)).map(StageRecord.class::cast);
  }

  /** What is not JSON travels inside composed JSON as base64 text. */
  byte[] asJson(Content content) {
    return asJson(content, entries.bytes(content));
  }

  /** The same; empty if the content is lost for good. */
  Optional<byte[]> asJsonIfKept(Content content) {
    return entries.bytesIfKept(content).map(bytes -> asJson(content, bytes));
  }

  private static byte[] asJson(Content content, byte[] bytes) {
    return isJson(content)
        ? bytes
        : ('"' + Base64.getEncoder().encodeToString(bytes) + '"')
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** An input that a flow's structure cannot take. */
  static final class InvalidInputException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidInputException(String message) {
      super(message);
    }
  }

  private final class JsonObject {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void add(String name, Content value) {
      out.write(out.size() == 0 ? '{' : ',');
      out.write('"');
      out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(name));
      out.write('"');
      out.write(':');
      out.writeBytes(asJson(value));
    }

    Content end() {
      if (out.size() == 0) {
        out.write('{');
      }
      out.write('}');
      return Content.json(out.toByteArray());
    }
  }
}
