package io.tierflow.runner.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierflow.client.PoolsView;
import io.tierflow.runner.RunService;
import io.tierflow.runner.RunService.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The pools, and what operators and their tools read: health, metrics, the API's description. */
final class SystemRoutes {

  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final RunService service;
  private final PrometheusMeterRegistry meters;
  private final byte[] openApi = openApi();

  SystemRoutes(RunService service, PrometheusMeterRegistry meters) {
    this.service = service;
    this.meters = meters;
  }

  void register(RoutesConfig routes) {
    routes.get(
        "/api/v1/pools",
        ctx ->
            Responses.json(ctx, 200, new PoolsView(service.pools(), null, service.poolClasses())));
    routes.get(
        "/health/live",
        ctx -> Responses.json(ctx, 200, Map.of("live", true, "version", version())));
    routes.get("/health/ready", this::ready);
    routes.get("/metrics", ctx -> ctx.contentType(PROMETHEUS_TEXT).result(meters.scrape()));
    routes.get("/openapi.json", ctx -> ctx.contentType("application/json").result(openApi));
  }

  private static String version() {
    String version = SystemRoutes.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version; // classes that are in no jar
  }

  private void ready(Context ctx) {
    Readiness readiness = service.readiness();
    if (readiness != Readiness.READY) {
      String why = service.hindrance().map(it -> "; " + it).orElse("");
      throw ProblemException.of(503, readiness.words() + why)
          .withHeader("Retry-After", Integer.toString(Failures.RETRY_AFTER_SECONDS));
    }
    Responses.json(ctx, 200, Map.of("ready", true));
  }

  private static byte[] openApi() {
    try (InputStream in = SystemRoutes.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is missing beside SystemRoutes");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
