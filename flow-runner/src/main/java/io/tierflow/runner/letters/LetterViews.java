package io.tierflow.runner.letters;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.client.ApiJson;
import io.tierflow.client.DeadLetterView;
import io.tierflow.client.DeadLetterView.AttemptError;
import io.tierflow.client.DeadLetterView.RawRecord;
import io.tierflow.client.FailureView;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows dead letters as the HTTP API does. Pure. */
public final class LetterViews {

  // 1.10 is shown as it was written.
  private static final ObjectMapper EXACT =
      ApiJson.mapper()
          .rebuild()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private LetterViews() {}

  /** A letter for a user. */
  public static DeadLetterView of(Letter letter) {
    DeadLetter content = letter.content();
    return letter.hasTask() ? ofTask(letter, content.getTask()) : ofRecord(letter);
  }

  private static DeadLetterView ofTask(Letter letter, StageTask task) {
    Optional<JsonNode> json = json(task.getInput());
    return new DeadLetterView(
        letter.id(),
        letter.runId(),
        task.getFlow(),
        task.getFlowVersion(),
        task.getPipeline(),
        task.getStage(),
        task.getIndex(),
        task.getResourceClass(),
        task.getAttempt(),
        failure(letter.content().getReason()),
        letter.at(),
        json.orElseGet(() -> described(task.getInput())),
        json.isPresent(),
        history(letter.content()),
        null,
        true);
  }

  private static DeadLetterView ofRecord(Letter letter) {
    io.tierflow.schemas.RawRecord raw = letter.content().getRecord();
    return new DeadLetterView(
        letter.id(),
        letter.runId(),
        null,
        null,
        null,
        null,
        null,
        null,
        0,
        failure(letter.content().getReason()),
        letter.at(),
        null,
        false,
        history(letter.content()),
        raw == null
            ? null
            : new RawRecord(
                raw.getTopic(),
                raw.getPartition(),
                raw.getOffset(),
                raw.getKey() == null
                    ? null
                    : StandardCharsets.UTF_8.decode(raw.getKey().duplicate()).toString(),
                raw.getValue() == null ? null : base64(raw.getValue())),
        false);
  }

  private static List<AttemptError> history(DeadLetter letter) {
    return letter.getHistory().stream()
        .map(
            error ->
                new AttemptError(
                    error.getAttempt(),
                    error.getResourceClass(),
                    error.getWorker(),
                    error.getEndedAt(),
                    failure(error.getFailure())))
        .toList();
  }

  private static FailureView failure(Failure failure) {
    return new FailureView(failure.getKind().name(), failure.getMessage(), failure.getDetail());
  }

  /** The input itself, where it travels inline and is what its content type says. */
  private static Optional<JsonNode> json(Payload input) {
    String type = input.getContentType().toLowerCase(Locale.ROOT);
    if (input.getBytes() == null || !(type.contains("/json") || type.contains("+json"))) {
      return Optional.empty();
    }
    try {
      return Optional.of(EXACT.readTree(bytes(input.getBytes())))
          .filter(json -> !json.isMissingNode());
    } catch (JacksonException e) {
      return Optional.empty(); // it is shown as the bytes that it is
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }

  private static ObjectNode described(Payload input) {
    ObjectNode described = JsonNodeFactory.instance.objectNode();
    described.put("contentType", input.getContentType());
    described.put("size", input.getSize());
    described.put("reference", input.getReference());
    described.put("bytes", input.getBytes() == null ? null : base64(input.getBytes()));
    return described;
  }

  private static String base64(ByteBuffer buffer) {
    return Base64.getEncoder().encodeToString(bytes(buffer));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
