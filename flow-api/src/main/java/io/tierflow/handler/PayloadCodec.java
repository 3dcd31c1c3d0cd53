package io.tierflow.handler;

import java.io.IOException;
import java.lang.reflect.Type;

/** Turns a handler's values into bytes and back. Implementations are thread-safe. */
public interface PayloadCodec {

  /** The content type of what {@link #encode} gives, for example {@code application/json}. */
  String contentType();

  /** Encodes a handler's output; null is allowed. */
  byte[] encode(Object value) throws IOException;

  /**
   * Decodes a handler's input.
   *
   * @throws IOException if the bytes are not a value of that type: the attempt fails as
   *     INVALID_INPUT
   */
  Object decode(byte[] bytes, Type type) throws IOException;
}
