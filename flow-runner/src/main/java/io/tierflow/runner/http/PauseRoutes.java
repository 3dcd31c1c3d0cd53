package io.tierflow.runner.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.tierflow.client.Page;
import io.tierflow.client.PauseView;
import io.tierflow.runner.RunService;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** Pausing flows and resource classes. */
final class PauseRoutes {

  private final RunService service;
  private final Requests requests;

  PauseRoutes(RunService service, Requests requests) {
    this.service = service;
    this.requests = requests;
  }

  void register(RoutesConfig routes) {
    routes.get("/api/v1/pauses", this::list);
    routes.post("/api/v1/flows/{name}/pause", ctx -> flow(ctx, true));
    routes.post("/api/v1/flows/{name}/resume", ctx -> flow(ctx, false));
    routes.post("/api/v1/classes/{class}/pause", ctx -> resourceClass(ctx, true));
    routes.post("/api/v1/classes/{class}/resume", ctx -> resourceClass(ctx, false));
  }

  private void list(Context ctx) {
    Requests.onlyParameters(ctx);
    Responses.json(ctx, 200, new Page<>(service.pauses(), null));
  }

  private void flow(Context ctx, boolean paused) {
    answer(ctx, () -> service.pauseFlow(ctx.pathParam("name"), paused));
  }

  private void resourceClass(Context ctx, boolean paused) {
    answer(ctx, () -> service.pauseClass(ctx.pathParam("class"), paused));
  }

  private void answer(Context ctx, Supplier<PauseView> action) {
    Requests.onlyParameters(ctx);
    byte[] body = requests.body(ctx, Requests.JSON);
    String text = new String(body, StandardCharsets.UTF_8);
    if (!text.isBlank() && !Json.read(body).isEmpty()) {
      throw ProblemException.of(422, "body: found " + text.strip() + ", expected none, or {}");
    }
    try {
      Responses.json(ctx, 200, action.get());
    } catch (NoSuchElementException e) {
      throw ProblemException.of(404, e.getMessage());
    }
  }
}
