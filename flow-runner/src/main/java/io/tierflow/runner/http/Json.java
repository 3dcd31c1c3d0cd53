package io.tierflow.runner.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.tierflow.client.ApiJson;
import io.tierflow.runner.http.ProblemException.BodyProblem;
import java.io.IOException;

/** The API's JSON as the server takes it: strict, so that nothing sent is passed over. */
final class Json {

  private static final ObjectMapper STRICT =
      ApiJson.mapper()
          .rebuild()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // 1.10 and 12345678901234567890.5 reach the first stage as they were written.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  static byte[] write(Object value) {
    try {
      return ApiJson.mapper().writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass().getName(), e);
    }
  }

  /**
   * Reads a request's body.
   *
   * @throws ProblemException (400) naming line and column if it is not one JSON document
   */
  static JsonNode read(byte[] body) {
    try {
      return STRICT.readTree(body);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String message = e.getOriginalMessage().lines().findFirst().orElse("not JSON");
      String place =
          at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
      throw ProblemException.unreadable(
          "the body is not JSON: " + place + message,
          new BodyProblem(
              at == null ? null : at.getLineNr(),
              at == null ? null : at.getColumnNr(),
              "",
              message,
              "one JSON document",
              place + message));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }
}
