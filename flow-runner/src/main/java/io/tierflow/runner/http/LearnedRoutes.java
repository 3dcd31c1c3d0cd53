package io.tierflow.runner.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.tierflow.client.Page;
import io.tierflow.runner.RunService;
import java.util.Optional;

/** Showing and forgetting which stages of a flow begin on a larger class. */
final class LearnedRoutes {

  private static final String LEARNED = "/api/v1/flows/{name}/learned";

  private final RunService service;

  LearnedRoutes(RunService service) {
    this.service = service;
  }

  void register(RoutesConfig routes) {
    routes.get(LEARNED, this::list);
    routes.delete(LEARNED, ctx -> forget(ctx, Optional.empty()));
    routes.delete(
        LEARNED + "/{pipeline}/{stage}",
        ctx -> forget(ctx, Optional.of(ctx.pathParam("pipeline") + '/' + ctx.pathParam("stage"))));
  }

  private void list(Context ctx) {
    Responses.json(ctx, 200, new Page<>(service.learned().of(flow(ctx)), null));
  }

  private void forget(Context ctx, Optional<String> stage) {
    Responses.json(ctx, 200, new Page<>(service.learned().forget(flow(ctx), stage), null));
  }

  private String flow(Context ctx) {
    Requests.onlyParameters(ctx);
    String name = ctx.pathParam("name");
    if (service.flow(name).isEmpty()) {
      throw FlowRoutes.noSuchFlow(name);
    }
    return name;
  }
}
