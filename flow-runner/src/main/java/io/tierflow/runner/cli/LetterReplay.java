package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.runner.letters.LetterFilter;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Has a selection of dead letters sent again, a part at each step, and counts what became of them.
 * One thread only.
 */
final class LetterReplay {

  /** How many letters one part has at most: few, so that stopping is quick. */
  private static final int PART = 100;

  private static final int DRY_PART = 1000;

  private final RunnerApi api;
  private final ObjectNode request;
  private final boolean dry;
  private final ArrayNode items = ClientJson.MAPPER.createArrayNode();
  private final Set<String> sent = new HashSet<>();
  private int together;
  private final Map<String, Integer> skipped = new TreeMap<>();
  private OptionalLong left = OptionalLong.empty();
  private boolean done;

  /**
   * Sends nothing yet.
   *
   * @param request the criteria and changes, as the API's body has them
   * @param rate what one part must not exceed
   */
  LetterReplay(RunnerApi api, ObjectNode request, boolean dry, Rate rate) {
    this.api = api;
    this.dry = dry;
    this.request = request.deepCopy();
    this.request.put("dryRun", dry);
    this.request.put("limit", dry ? DRY_PART : rate.atOnce(PART));
  }

  /** Whether nothing is sent. */
  boolean isDry() {
    return dry;
  }

  /** Has the next part sent. */
  void step() {
    JsonNode part = api.post("/api/v1/dead-letters/replay", request, Shape.REPLAYED_LETTERS);
    part.path("items").forEach(this::count);
    done = !part.path("nextCursor").isTextual();
    JsonNode toCome = part.path("left");
    left = toCome.isNumber() ? OptionalLong.of(toCome.longValue()) : OptionalLong.empty();
    request.set("cursor", part.path("nextCursor"));
  }

  /**
   * A later part says of a letter that its replay was sent before, though it was this command that
   * sent it, with an earlier letter of the same run: nothing was skipped then.
   */
  private void count(JsonNode item) {
    String replay = replay(item);
    boolean known = sent.contains(replay);
    if (known) {
      items.add(((ObjectNode) item.deepCopy()).putNull("skipped"));
      together++;
      return;
    }
    items.add(item);
    if (item.path("skipped").isTextual()) {
      skipped.merge(item.path("skipped").textValue(), 1, Integer::sum);
    } else {
      sent.add(replay);
    }
  }

  /** Which run it is that a letter becomes; of a dry run, what stands for it. */
  private static String replay(JsonNode item) {
    if (item.path("replayRunId").isTextual()) {
      return item.path("replayRunId").textValue();
    }
    return item.path("note").isTextual() || item.path("skipped").isTextual()
        ? "letter " + item.path("deadLetter").asText()
        : "run " + item.path("runId").asText();
  }

  /** Whether the whole selection has been gone through. */
  boolean isDone() {
    return done;
  }

  /** How many runs have been sent again, or in a dry run would be. */
  int sent() {
    return sent.size();
  }

  /** How many dead letters became part of a run that was sent for another letter of it already. */
  int together() {
    return together;
  }

  /** How many dead letters have been gone through. */
  int letters() {
    return items.size();
  }

  /** Whether every dead letter is meant. */
  boolean isOfAll() {
    return LetterFilter.CRITERIA.stream().noneMatch(request::has);
  }

  /** How many are still to be looked at, meant or not; empty where the runner does not say. */
  OptionalLong left() {
    return left;
  }

  /** How many dead letters were skipped, by the reason. */
  Map<String, Integer> skipped() {
    return skipped;
  }

  /** What became of each dead letter. */
  ArrayNode items() {
    return items;
  }
}
