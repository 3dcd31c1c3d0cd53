package io.tierflow.worker.handlers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * JSON as the handlers read and write it: one document, nothing after it, numbers digit for digit.
 */
final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final ObjectWriter PRETTY = MAPPER.writerWithDefaultPrettyPrinter();

  private Json() {}

  /**
   * Reads the one document in these bytes.
   *
   * @throws JsonProcessingException if they are not exactly one document
   */
  static JsonNode parse(byte[] bytes) throws IOException {
    return MAPPER.readTree(bytes);
  }

  /** The document on one line. */
  static byte[] bytes(JsonNode value) {
    return write(MAPPER.writer(), value);
  }

  /** The document on indented lines. */
  static byte[] prettyBytes(JsonNode value) {
    return write(PRETTY, value);
  }

  private static byte[] write(ObjectWriter writer, JsonNode value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      // A tree in memory can always be written.
      throw new UncheckedIOException(e);
    }
  }
}
