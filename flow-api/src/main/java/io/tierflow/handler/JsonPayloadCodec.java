package io.tierflow.handler;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.reflect.Type;

/**
 * JSON by Jackson: the codec of every handler that does not bring its own. Numbers in trees ({@code
 * JsonNode}) keep all their digits: 1.10 stays 1.10. Numbers in a handler's own types are read as
 * those types say, and as {@code Double} in a map or list of objects.
 */
public final class JsonPayloadCodec implements PayloadCodec {

  /** The one instance. */
  public static final JsonPayloadCodec INSTANCE = new JsonPayloadCodec();

  private final JsonMapper mapper =
      JsonMapper.builder()
          .findAndAddModules()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JsonPayloadCodec() {}

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public byte[] encode(Object value) throws IOException {
    return mapper.writeValueAsBytes(value);
  }

  @Override
  public Object decode(byte[] bytes, Type type) throws IOException {
    return mapper.readValue(bytes, mapper.constructType(type));
  }
}
