package io.tierflow.runner.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.tierflow.client.Page;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.flow.Priority;
import io.tierflow.runner.RunFilter;
import io.tierflow.runner.RunService;
import io.tierflow.runner.SubmitLimits;
import io.tierflow.runner.http.ProblemException.BodyProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Submitting, listing and showing runs. */
final class RunRoutes {

  private static final Set<String> STATES =
      Set.of("QUEUED", "RUNNING", "PAUSED", "SUCCEEDED", "FAILED", "CANCELLED");
  private static final Pattern PARTITIONS = Pattern.compile("\\d{1,6}(,\\d{1,6})*");
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 1000;
  private static final int MAX_KEY_LENGTH = 256;

  private final RunService service;
  private final Requests requests;

  RunRoutes(RunService service, Requests requests) {
    this.service = service;
    this.requests = requests;
  }

  void register(RoutesConfig routes) {
    routes.post("/api/v1/flows/{name}/runs", this::submit);
    routes.get("/api/v1/runs", this::list);
    routes.get("/api/v1/runs/{id}", this::show);
  }

  private void submit(Context ctx) {
    Requests.onlyParameters(ctx);
    String flow = ctx.pathParam("name");
    Optional<String> key = idempotencyKey(ctx);
    Submission submission = Submission.read(requests.body(ctx, Requests.JSON));
    String id;
    try {
      id =
          service.submit(
              flow,
              Json.write(submission.input()),
              submission.labels(),
              key,
              submission.priority());
    } catch (NoSuchElementException e) {
      throw FlowRoutes.noSuchFlow(flow);
    }
    ctx.header("Location", "/api/v1/runs/" + id);
    Responses.json(ctx, 202, Map.of("id", id));
  }

  private static Optional<String> idempotencyKey(Context ctx) {
    String key = ctx.header("Idempotency-Key");
    if (key != null && (key.isBlank() || key.length() > MAX_KEY_LENGTH)) {
      throw ProblemException.of(
          400,
          "Idempotency-Key: found "
              + (key.isBlank() ? "a blank one" : key.length() + " characters")
              + ", expected 1 to "
              + MAX_KEY_LENGTH
              + " characters");
    }
    return Optional.ofNullable(key);
  }

  private void list(Context ctx) {
    Requests.onlyParameters(ctx, "flow", "status", "cursor", "limit", "partitions");
    Optional<String> status =
        Requests.parameter(ctx, "status").map(text -> text.toUpperCase(Locale.ROOT));
    if (status.isPresent() && !STATES.contains(status.get())) {
      throw ProblemException.of(
          400, "status: found '" + status.get() + "', expected one of " + Requests.listed(STATES));
    }
    RunFilter filter =
        new RunFilter(
            Requests.parameter(ctx, "flow"),
            status,
            Requests.parameter(ctx, "cursor"),
            Requests.intParameter(ctx, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT));
    Responses.json(ctx, 200, page(filter, partitions(ctx)));
  }

  /** The partitions that another runner asks this one for. */
  static Optional<Set<Integer>> partitions(Context ctx) {
    Optional<String> list = Requests.parameter(ctx, "partitions");
    if (list.isPresent() && !PARTITIONS.matcher(list.get()).matches()) {
      throw ProblemException.of(
          400, "partitions: found '" + list.get() + "', expected numbers such as 0,2");
    }
    return list.map(
        numbers -> Stream.of(numbers.split(",")).map(Integer::valueOf).collect(Collectors.toSet()));
  }

  private Page<RunSummary> page(RunFilter filter, Optional<Set<Integer>> partitions) {
    try {
      return partitions.isPresent()
          ? service.localRuns(filter, partitions.get())
          : service.runs(filter);
    } catch (IllegalArgumentException e) {
      throw ProblemException.of(400, e.getMessage());
    }
  }

  private void show(Context ctx) {
    Requests.onlyParameters(ctx, "local");
    String id = ctx.pathParam("id");
    Optional<RunView> run = Requests.flag(ctx, "local") ? service.localRun(id) : service.run(id);
    Responses.json(
        ctx, 200, run.orElseThrow(() -> ProblemException.of(404, service.unknownRun(id))));
  }

  /** What a run is submitted with. */
  private record Submission(
      JsonNode input, Map<String, String> labels, Optional<Priority> priority) {

    static Submission read(byte[] body) {
      if (new String(body, StandardCharsets.UTF_8).isBlank()) {
        return new Submission(JsonNodeFactory.instance.objectNode(), Map.of(), Optional.empty());
      }
      JsonNode document = Json.read(body);
      List<BodyProblem> problems = new ArrayList<>();
      if (!document.isObject()) {
        problems.add(
            BodyProblem.at(
                "", kind(document), "an object such as {\"input\": {}, \"labels\": {}}"));
      }
      for (Map.Entry<String, JsonNode> field : document.properties()) {
        if (!Set.of("input", "labels", "priority").contains(field.getKey())) {
          problems.add(
              BodyProblem.at(
                  field.getKey(),
                  "key '" + field.getKey() + "'",
                  "input, labels or priority, and no other"));
        }
      }
      Map<String, String> labels = labels(document.path("labels"), problems);
      Optional<Priority> priority = Bodies.priority(document, problems);
      try {
        SubmitLimits.labels(labels);
      } catch (IllegalArgumentException e) {
        throw ProblemException.of(422, e.getMessage());
      }
      if (!problems.isEmpty()) {
        throw ProblemException.unprocessable(problems.get(0).message(), problems);
      }
      JsonNode input = document.get("input");
      return new Submission(
          input == null ? JsonNodeFactory.instance.objectNode() : input, labels, priority);
    }

    private static Map<String, String> labels(JsonNode node, List<BodyProblem> problems) {
      Map<String, String> labels = new LinkedHashMap<>();
      if (!node.isMissingNode() && !node.isObject()) {
        problems.add(BodyProblem.at("labels", kind(node), "an object of strings"));
      }
      for (Map.Entry<String, JsonNode> label : node.properties()) {
        if (label.getValue().isTextual()) {
          labels.put(label.getKey(), label.getValue().textValue());
        } else {
          problems.add(
              BodyProblem.at("labels." + label.getKey(), kind(label.getValue()), "a string"));
        }
      }
      return labels;
    }

    private static String kind(JsonNode node) {
      return switch (node.getNodeType()) {
        case ARRAY -> "a list";
        case OBJECT -> "an object";
        default -> node.toString();
      };
    }
  }
}
