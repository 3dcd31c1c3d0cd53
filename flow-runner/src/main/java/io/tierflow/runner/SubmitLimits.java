package io.tierflow.runner;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * How large what users give may be, so that a run with its definition, its labels and an inline
 * input fits into one Kafka record of 1 MiB.
 */
public final class SubmitLimits {

  /** The longest flow definition, as JSON in UTF-8. */
  public static final int MAX_DEFINITION_BYTES = 256 * 1024;

  /** The most labels of a run. */
  public static final int MAX_LABELS = 64;

  /** All keys and values of a run's labels together, in UTF-8. */
  public static final int MAX_LABELS_BYTES = 16 * 1024;

  private SubmitLimits() {}

  /**
   * Passes a definition on.
   *
   * @throws IllegalArgumentException if it is too long; the message says how long it is
   */
  public static String definition(String flow, String json) {
    int found = bytes(json);
    if (found > MAX_DEFINITION_BYTES) {
      throw new IllegalArgumentException(
          "flow "
              + flow
              + ": found a definition of "
              + found
              + " bytes as JSON, expected at most "
              + MAX_DEFINITION_BYTES);
    }
    return json;
  }

  /**
   * Passes labels on.
   *
   * @throws IllegalArgumentException if they are too many or too long; the message says by how much
   */
  public static Map<String, String> labels(Map<String, String> labels) {
    if (labels.size() > MAX_LABELS) {
      throw new IllegalArgumentException(
          "labels: found " + labels.size() + ", expected at most " + MAX_LABELS);
    }
    long found = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      found += (long) bytes(label.getKey()) + bytes(label.getValue());
    }
    if (found > MAX_LABELS_BYTES) {
      throw new IllegalArgumentException(
          "labels: found "
              + found
              + " bytes in keys and values, expected at most "
              + MAX_LABELS_BYTES);
    }
    return labels;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
