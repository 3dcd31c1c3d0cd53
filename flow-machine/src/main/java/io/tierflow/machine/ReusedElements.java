package io.tierflow.machine;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.machine.RunData.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a replayed for-each has of an earlier run: the outputs of the elements that succeeded there,
 * as one JSON object from their index to their output. What is not JSON is in it as it would be in
 * the for-each's list. Pure.
 */
final class ReusedElements {

  private ReusedElements() {}

  /**
   * What a for-each has that ended without all of its elements; empty if none had succeeded. An
   * element whose output is lost is left out: it is run again.
   */
  static Optional<Content> of(RunEntries entries, RunData data, TaskKey whole) {
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    entries.forEachElement(
        whole,
        (index, element) -> {
          if (element.state() == StageState.SUCCEEDED) {
            data.asJsonIfKept(element.output())
                .ifPresent(
                    output -> {
                      object.write(object.size() == 0 ? '{' : ',');
                      object.writeBytes(("\"" + index + "\":").getBytes(StandardCharsets.US_ASCII));
                      object.writeBytes(output);
                    });
          }
        });
    if (object.size() == 0) {
      return Optional.empty();
    }
    object.write('}');
    return Optional.of(Content.json(object.toByteArray()));
  }

  /** The outputs that a for-each has by index; none where it is no replay's. */
  static SortedMap<Integer, Content> in(RunData data, StageRecord whole) {
    SortedMap<Integer, Content> outputs = new TreeMap<>();
    if (whole.elements() == null) {
      return outputs;
    }
    try {
      JsonNode object = data.json(whole.elements());
      object
          .properties()
          .forEach(
              output ->
                  outputs.put(
                      Integer.parseInt(output.getKey()), RunData.content(output.getValue())));
    } catch (InvalidInputException | NumberFormatException e) {
      throw new IllegalStateException("what a replay took of a for-each is no such object", e);
    }
    return outputs;
  }
}
