package io.tierflow.examples.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the demo measured.
 *
 * @param small with core logic on class small
 * @param large with core logic on class large
 */
public record DemoResult(Total small, Total large) {

  /**
   * One run's total beside its ideal.
   *
   * @param totalMs from submission to end
   * @param idealMs the longest path over the declared costs
   */
  public record Total(String runId, long totalMs, long idealMs) {

    private ObjectNode json() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("runId", runId)
          .put("totalMs", totalMs)
          .put("idealMs", idealMs);
    }
  }

  /** {@code {"small": {"runId", "totalMs", "idealMs"}, "large": {…}}}. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("small", small.json());
    json.set("large", large.json());
    return json;
  }
}
