package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * JSON in a file.
 *
 * @param value what is written
 * @param lines whether as one line per element, or as one indented document
 */
record JsonContent(JsonNode value, boolean lines) implements FileContent {

  @Override
  public int records() {
    return value.isArray() ? value.size() : 1;
  }

  @Override
  public byte[] from(List<String> firstLine) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (lines && value.isArray()) {
      value.forEach(element -> add(bytes, Json.bytes(element)));
    } else {
      add(bytes, lines ? Json.bytes(value) : Json.prettyBytes(value));
    }
    return bytes.toByteArray();
  }

  private static void add(ByteArrayOutputStream bytes, byte[] line) {
    bytes.write(line, 0, line.length);
    bytes.write('\n');
  }
}
