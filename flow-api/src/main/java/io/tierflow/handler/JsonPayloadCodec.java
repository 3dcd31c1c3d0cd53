package io.tierflow.handler;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.reflect.Type;

/** JSON by Jackson: the codec of every handler that does not bring its own. */
public final class JsonPayloadCodec implements PayloadCodec {

  /** The one instance. */
  public static final JsonPayloadCodec INSTANCE = new JsonPayloadCodec();

  private final JsonMapper mapper =
      JsonMapper.builder()
          .findAndAddModules()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
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
