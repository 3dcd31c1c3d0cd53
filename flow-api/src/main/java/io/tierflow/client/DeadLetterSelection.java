package io.tierflow.client;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which dead letters are meant: all those that meet every criterion given. Immutable. */
public final class DeadLetterSelection {

  private final SortedMap<String, String> criteria;

  private DeadLetterSelection(SortedMap<String, String> criteria) {
    this.criteria = Collections.unmodifiableSortedMap(criteria);
  }

  /** Every dead letter. */
  public static DeadLetterSelection all() {
    return new DeadLetterSelection(new TreeMap<>());
  }

  /** The same, of this flow only. */
  public DeadLetterSelection ofFlow(String flow) {
    return with("flow", flow);
  }

  /** The same, of this stage only: {@code PIPELINE/STAGE}, or the stage's name in any pipeline. */
  public DeadLetterSelection atStage(String stage) {
    return with("stage", stage);
  }

  /** The same, with this kind of failure only, for example {@code TIMED_OUT}. */
  public DeadLetterSelection withError(String kind) {
    return with("error", kind);
  }

  /**
   * The same, where this regular expression is found in the failure's message. Its syntax is RE2's:
   * no back references and no look-around.
   */
  public DeadLetterSelection withMessage(String pattern) {
    return with("message", pattern);
  }

  /** The same, set aside at this time or later. */
  public DeadLetterSelection since(Instant time) {
    return with("since", time.toString());
  }

  /** The same, set aside before this time. */
  public DeadLetterSelection until(Instant time) {
    return with("until", time.toString());
  }

  /** The same, of this run only. */
  public DeadLetterSelection ofRun(String runId) {
    return with("runId", runId);
  }

  /** The criteria by their names in the HTTP API. */
  public Map<String, String> criteria() {
    return criteria;
  }

  private DeadLetterSelection with(String name, String value) {
    SortedMap<String, String> more = new TreeMap<>(criteria);
    more.put(name, value);
    return new DeadLetterSelection(more);
  }
}
