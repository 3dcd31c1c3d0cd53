package io.tierflow.runner.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.NotFoundResponse;
import io.tierflow.runner.RunService.UnavailableException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever ends a request into a problem document. */
final class Failures {

  /** Seconds a client should wait when Kafka or the engine does not answer. */
  static final int RETRY_AFTER_SECONDS = 2;

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static void register(RoutesConfig routes) {
    routes.exception(ProblemException.class, (e, ctx) -> Responses.problem(ctx, e));
    routes.exception(UnavailableException.class, Failures::unavailable);
    routes.exception(HttpResponseException.class, Failures::refusedByRouter);
    routes.exception(Exception.class, Failures::unexpected);
  }

  private static void unavailable(UnavailableException e, Context ctx) {
    // One line: while a runner takes over, clients ask again and again.
    LOG.warn("{} {}: {} ({})", ctx.method(), ctx.path(), e.getMessage(), e.getCause());
    LOG.debug("{} {} was not possible", ctx.method(), ctx.path(), e);
    Responses.problem(
        ctx,
        ProblemException.of(503, e.getMessage())
            .withHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS)));
  }

  private static void refusedByRouter(HttpResponseException e, Context ctx) {
    if (e instanceof NotFoundResponse) {
      Responses.problem(
          ctx,
          ProblemException.of(404, "no such path: " + ctx.path() + "; /openapi.json lists them"));
    } else if (e instanceof MethodNotAllowedResponse) {
      String allowed = e.getDetails().getOrDefault("availableMethods", "");
      Responses.problem(
          ctx,
          ProblemException.of(405, ctx.method() + " " + ctx.path() + ": expected " + allowed)
              .withHeader("Allow", allowed));
    } else {
      Responses.problem(ctx, ProblemException.of(e.getStatus(), String.valueOf(e.getMessage())));
    }
  }

  private static void unexpected(Exception e, Context ctx) {
    Responses.problem(ctx, ProblemException.of(500, logged(ctx.method() + " " + ctx.path(), e)));
  }

  /** For errors of the JVM, which pass by the handlers of exceptions. */
  static void error(HttpServletResponse response, Error error) {
    response.setStatus(500);
    response.setContentType(Responses.PROBLEM_JSON);
    try {
      response
          .getOutputStream()
          .write(Responses.problemBody(500, logged("request", error), List.of()));
    } catch (IOException e) {
      LOG.warn("The client was gone before it could be told of the error above", e);
    }
  }

  private static String logged(String what, Throwable e) {
    String reference = UUID.randomUUID().toString();
    LOG.error("{} failed, reference {}", what, reference, e);
    return "an error inside the runner; its log has more under the reference " + reference;
  }
}
