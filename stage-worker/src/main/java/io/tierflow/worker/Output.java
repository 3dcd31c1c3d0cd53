package io.tierflow.worker;

import java.nio.ByteBuffer;

/**
 * What a handler gave.
 *
 * @param contentType what the bytes are
 * @param bytes the encoded output
 */
record Output(String contentType, ByteBuffer bytes) {

  int size() {
    return bytes.remaining();
  }
}
