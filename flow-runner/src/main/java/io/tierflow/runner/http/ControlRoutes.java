package io.tierflow.runner.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.tierflow.client.ReplayRequest;
import io.tierflow.flow.Priority;
import io.tierflow.runner.RunService;
import io.tierflow.runner.RunService.RefusedException;
import io.tierflow.runner.RunService.RunControl;
import io.tierflow.runner.http.ProblemException.BodyProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Supplier;

/** What users do to runs that are there: cancel, pause, resume, replay. */
final class ControlRoutes {

  private final RunService service;
  private final Requests requests;

  ControlRoutes(RunService service, Requests requests) {
    this.service = service;
    this.requests = requests;
  }

  void register(RoutesConfig routes) {
    routes.post("/api/v1/runs/{id}/cancel", this::cancel);
    routes.post("/api/v1/runs/{id}/pause", ctx -> control(ctx, new RunControl.Pause()));
    routes.post("/api/v1/runs/{id}/resume", ctx -> control(ctx, new RunControl.Resume()));
    routes.post("/api/v1/runs/{id}/replay", this::replay);
  }

  private void cancel(Context ctx) {
    Requests.onlyParameters(ctx);
    JsonNode body = body(ctx, Set.of("reason"));
    send(ctx, new RunControl.Cancel(text(body, "reason", "")));
  }

  private void control(Context ctx, RunControl control) {
    Requests.onlyParameters(ctx);
    body(ctx, Set.of());
    send(ctx, control);
  }

  private void send(Context ctx, RunControl control) {
    String id = ctx.pathParam("id");
    refusing(
        () -> {
          service.control(id, control);
          return id;
        });
    Responses.json(ctx, 202, Map.of("id", id));
  }

  private void replay(Context ctx) {
    Requests.onlyParameters(ctx, "local");
    JsonNode body = body(ctx, Set.of("stages", "input", "class", "priority", "dryRun"));
    List<BodyProblem> problems = new ArrayList<>();
    Priority priority = Bodies.priority(body, problems).orElse(null);
    refuse(problems);
    ReplayRequest request =
        new ReplayRequest(stages(body), input(body), text(body, "class", null), priority);
    String run = ctx.pathParam("id");
    boolean local = Requests.flag(ctx, "local");
    if (flag(body, "dryRun")) {
      Responses.json(
          ctx,
          200,
          refusing(
              () ->
                  local
                      ? service.localReplayPreview(run, request)
                      : service.previewReplay(run, request)));
      return;
    }
    boolean before = !local && refusing(() -> service.previewReplay(run, request).sentBefore());
    String id =
        refusing(() -> local ? service.localReplay(run, request) : service.replay(run, request));
    ctx.header("Location", "/api/v1/runs/" + id);
    Responses.json(ctx, 202, local ? Map.of("id", id) : Map.of("id", id, "sentBefore", before));
  }

  private static <T> T refusing(Supplier<T> action) {
    try {
      return action.get();
    } catch (NoSuchElementException e) {
      throw ProblemException.of(404, e.getMessage());
    } catch (RefusedException e) {
      throw ProblemException.of(409, e.getMessage());
    } catch (IllegalArgumentException e) {
      throw ProblemException.of(422, e.getMessage());
    }
  }

  private JsonNode body(Context ctx, Set<String> known) {
    byte[] bytes = requests.body(ctx, Requests.JSON);
    if (new String(bytes, StandardCharsets.UTF_8).isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    JsonNode body = Json.read(bytes);
    List<BodyProblem> problems = new ArrayList<>();
    if (!body.isObject()) {
      problems.add(BodyProblem.at("", "no object", "an object"));
    }
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!known.contains(field.getKey())) {
        problems.add(
            BodyProblem.at(
                field.getKey(),
                "key '" + field.getKey() + "'",
                known.isEmpty() ? "no key" : "one of " + Requests.listed(known)));
      }
    }
    refuse(problems);
    return body;
  }

  private static List<String> stages(JsonNode body) {
    JsonNode stages = body.path("stages");
    List<String> names = new ArrayList<>();
    stages.forEach(stage -> names.add(stage.isTextual() ? stage.textValue() : null));
    if (!isAbsentOrList(stages) || names.contains(null)) {
      refuse(List.of(BodyProblem.at("stages", stages.toString(), "a list of stages' names")));
    }
    return names;
  }

  private static boolean isAbsentOrList(JsonNode node) {
    return node.isMissingNode() || node.isNull() || node.isArray();
  }

  // An input of null is an input; none at all is none.
  private static JsonNode input(JsonNode body) {
    return body.get("input");
  }

  private static boolean flag(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      refuse(List.of(BodyProblem.at(name, value.toString(), "true or false")));
    }
    return value.asBoolean();
  }

  private static String text(JsonNode body, String name, String absent) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return absent;
    }
    if (!value.isTextual()) {
      refuse(List.of(BodyProblem.at(name, value.toString(), "a string")));
    }
    return value.textValue();
  }

  private static void refuse(List<BodyProblem> problems) {
    if (!problems.isEmpty()) {
      throw ProblemException.unprocessable(problems.get(0).message(), problems);
    }
  }
}
