package io.tierflow.runner.engine;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.StageState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The bytes of the runner's own state: CBOR with field names, so that a newer runner reads what an
 * older one wrote, and passes over what it does not know. Thread-safe.
 */
final class EntryCodec {

  private static final ObjectMapper MAPPER =
      CBORMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .addModule(new ContentModule())
          .visibility(PropertyAccessor.GETTER, Visibility.NONE)
          .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
          .visibility(PropertyAccessor.FIELD, Visibility.ANY)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          // Most entries of a wide for-each are elements without an attempt yet.
          .withConfigOverride(
              List.class,
              list ->
                  list.setInclude(
                      JsonInclude.Value.construct(
                          JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS)))
          .disable(SerializationFeature.WRITE_DATE_TIMESTAMPS_AS_NANOSECONDS)
          .disable(DeserializationFeature.READ_DATE_TIMESTAMPS_AS_NANOSECONDS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** Which of the states WAITING is, as a reader counts them. */
  private static final int WAITING = 0;

  private EntryCodec() {}

  static byte[] encode(Object value) {
    try {
      return MAPPER.writeValueAsBytes(
          value instanceof StageRecord record && record.isWaitingAlone() ? waiting(record) : value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of the state cannot be written: " + value, e);
    }
  }

  // An element of a for-each that is not begun, as most entries of a wide one are: shorter than
  // with
  // all that a stage has, and an older runner reads the number of a state as well.
  private static Map<String, Object> waiting(StageRecord record) {
    return Map.of("state", WAITING, "input", record.input());
  }

  static <T> T decode(byte[] bytes, Class<T> type) {
    try {
      T value = MAPPER.readValue(bytes, type);
      return value instanceof StageRecord record && record.state() == StageState.WAITING
          ? type.cast(record.havingSentNone())
          : value;
    } catch (IOException e) {
      throw new UncheckedIOException("the state holds what is no " + type.getSimpleName(), e);
    }
  }
}
