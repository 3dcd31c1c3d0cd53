package io.tierflow.runner.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Priority;
import io.tierflow.runner.http.ProblemException.BodyProblem;
import io.tierflow.runner.letters.BulkReplay;
import io.tierflow.runner.letters.LetterFilter;
import io.tierflow.runner.letters.LetterFilter.InvalidCriterionException;
import io.tierflow.runner.letters.ReplayChange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads which dead letters to send again, and how: all that is wrong with it at once. */
final class ReplayBody {

  private static final Set<String> OTHERS =
      Set.of("class", "input", "priority", "dryRun", "cursor", "limit");
  private static final String KEYS =
      Requests.listed(LetterFilter.CRITERIA) + ", " + Requests.listed(OTHERS);

  private final JsonNode body;
  private final List<BodyProblem> problems = new ArrayList<>();

  private ReplayBody(JsonNode body) {
    this.body = body;
  }

  /**
   * Reads a body; an empty one means all dead letters.
   *
   * @throws ProblemException 400 if it is no JSON or a criterion is not valid, 422 if it has other
   *     keys or types, or names a class that is not known
   */
  static BulkReplay.Request read(byte[] bytes, Set<String> classes) {
    boolean blank = new String(bytes, StandardCharsets.UTF_8).isBlank();
    return new ReplayBody(Json.read(blank ? "{}".getBytes(StandardCharsets.UTF_8) : bytes))
        .request(classes);
  }

  private BulkReplay.Request request(Set<String> classes) {
    if (!body.isObject()) {
      throw refusal(BodyProblem.at("", body.toString(), "an object such as {\"flow\": \"f\"}"));
    }
    body.fieldNames()
        .forEachRemaining(
            key -> {
              if (!LetterFilter.CRITERIA.contains(key) && !OTHERS.contains(key)) {
                problems.add(BodyProblem.at(key, "key '" + key + "'", "one of " + KEYS));
              }
            });
    Map<String, String> criteria = new HashMap<>();
    for (String name : LetterFilter.CRITERIA) {
      text(name).ifPresent(value -> criteria.put(name, value));
    }
    Optional<String> resourceClass = text("class");
    resourceClass
        .filter(name -> !classes.contains(name))
        .ifPresent(
            name ->
                problems.add(
                    BodyProblem.at(
                        "class", "'" + name + "'", "one of " + Requests.listed(classes))));
    Optional<Priority> priority = Bodies.priority(body, problems);
    Optional<String> cursor = text("cursor");
    boolean dryRun = flag("dryRun");
    int limit = limit();
    if (!problems.isEmpty()) {
      throw refusal(problems.get(0));
    }
    return new BulkReplay.Request(
        filter(criteria),
        new ReplayChange(
            resourceClass, Optional.ofNullable(body.get("input")), priority.orElse(Priority.LOW)),
        dryRun,
        cursor,
        limit);
  }

  private static LetterFilter filter(Map<String, String> criteria) {
    try {
      return LetterFilter.of(criteria);
    } catch (InvalidCriterionException e) {
      throw DeadLetterRoutes.invalid(e);
    }
  }

  private Optional<String> text(String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      problems.add(BodyProblem.at(name, value.toString(), "a string"));
      return Optional.empty();
    }
    return Optional.of(value.textValue()).filter(text -> !text.isBlank());
  }

  private boolean flag(String name) {
    JsonNode value = body.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      problems.add(BodyProblem.at(name, value.toString(), "true or false"));
    }
    return value.asBoolean(false);
  }

  private int limit() {
    JsonNode value = body.path("limit");
    if (value.isMissingNode() || value.isNull()) {
      return DeadLetterRoutes.DEFAULT_LIMIT;
    }
    int max = DeadLetterRoutes.MAX_LIMIT;
    if (!value.isIntegralNumber() || !value.canConvertToInt() || outside(value.intValue(), max)) {
      problems.add(BodyProblem.at("limit", value.toString(), "a number from 1 to " + max));
    }
    return value.asInt(DeadLetterRoutes.DEFAULT_LIMIT);
  }

  private static boolean outside(int value, int max) {
    return value < 1 || value > max;
  }

  private ProblemException refusal(BodyProblem first) {
    return ProblemException.unprocessable(
        first.message(), problems.isEmpty() ? List.of(first) : problems);
  }
}
