package io.tierflow.runner.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.tierflow.client.ExpectationView;
import io.tierflow.client.Page;
import io.tierflow.runner.RunService;
import io.tierflow.runner.expect.CompletionBody;
import io.tierflow.runner.expect.ExpectationBody;
import io.tierflow.runner.expect.ExpectationService;
import io.tierflow.runner.expect.ExpectationService.Filter;
import io.tierflow.runner.expect.ExpectationService.Registered;
import io.tierflow.runner.expect.ExpectationService.Scope;
import io.tierflow.runner.expect.ExpectationService.Subject;
import io.tierflow.runner.expect.InvalidBodyException;
import io.tierflow.runner.http.ProblemException.BodyProblem;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What is expected of work that was started elsewhere, and its reports. */
final class ExpectationRoutes {

  private static final Set<String> STATES =
      Set.of("WAITING", "STARTED", "OVERDUE", "FAILED", "SUCCEEDED");
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;

  private final RunService service;
  private final Requests requests;

  ExpectationRoutes(RunService service, Requests requests) {
    this.service = service;
    this.requests = requests;
  }

  void register(RoutesConfig routes) {
    routes.post("/api/v1/expectations", this::add);
    routes.get("/api/v1/expectations", this::list);
    routes.get("/api/v1/expectations/{name}", this::show);
    routes.delete("/api/v1/expectations/{name}", this::remove);
    routes.post("/api/v1/expectations/{name}/completions", this::complete);
  }

  private void add(Context ctx) {
    Requests.onlyParameters(ctx, "local");
    Registered registered =
        asked(
            () -> {
              ExpectationBody body = ExpectationBody.read(body(ctx), expectations().now());
              return expectations().register(body.subject(), body.expectation(), scope(ctx));
            });
    ctx.header("Location", "/api/v1/expectations/" + registered.view().name());
    Responses.json(ctx, registered.created() ? 201 : 200, registered.view());
  }

  private void list(Context ctx) {
    Requests.onlyParameters(ctx, "name", "state", "cursor", "limit", "partitions");
    Optional<String> state =
        Requests.parameter(ctx, "state").map(text -> text.toUpperCase(Locale.ROOT));
    if (state.isPresent() && !STATES.contains(state.get())) {
      throw ProblemException.of(
          400, "state: found '" + state.get() + "', expected one of " + Requests.listed(STATES));
    }
    Filter filter =
        new Filter(
            Requests.parameter(ctx, "name"),
            state,
            Requests.parameter(ctx, "cursor"),
            Requests.intParameter(ctx, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT));
    Page<ExpectationView> page;
    try {
      page = expectations().list(filter, RunRoutes.partitions(ctx));
    } catch (IllegalArgumentException e) {
      throw ProblemException.of(400, e.getMessage());
    }
    Responses.json(ctx, 200, page);
  }

  private void show(Context ctx) {
    Requests.onlyParameters(ctx, "key", "local");
    Subject subject = subject(ctx);
    Responses.json(
        ctx,
        200,
        expectations()
            .find(subject, scope(ctx))
            .orElseThrow(() -> ProblemException.of(404, "no such expectation: " + subject)));
  }

  private void remove(Context ctx) {
    Requests.onlyParameters(ctx, "key", "local");
    Responses.json(ctx, 200, asked(() -> expectations().remove(subject(ctx), scope(ctx))));
  }

  private void complete(Context ctx) {
    Requests.onlyParameters(ctx, "local");
    String name = ctx.pathParam("name");
    Responses.json(
        ctx,
        200,
        asked(
            () ->
                expectations()
                    .report(
                        name,
                        CompletionBody.ofRequest(body(ctx), expectations().now()),
                        scope(ctx))));
  }

  private ExpectationService expectations() {
    return service.expectations();
  }

  private static Subject subject(Context ctx) {
    return new Subject(ctx.pathParam("name"), Requests.parameter(ctx, "key").orElse(""));
  }

  private static Scope scope(Context ctx) {
    return Requests.flag(ctx, "local") ? Scope.HERE : Scope.CLUSTER;
  }

  private JsonNode body(Context ctx) {
    byte[] bytes = requests.body(ctx, Requests.JSON);
    return new String(bytes, StandardCharsets.UTF_8).isBlank()
        ? JsonNodeFactory.instance.objectNode()
        : Json.read(bytes);
  }

  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (InvalidBodyException e) {
      throw ProblemException.unprocessable(
          e.getMessage(),
          e.issues().stream()
              .map(issue -> BodyProblem.at(issue.path(), issue.found(), issue.expected()))
              .toList());
    } catch (NoSuchElementException e) {
      throw ProblemException.of(404, e.getMessage());
    } catch (IllegalArgumentException e) {
      throw ProblemException.of(422, e.getMessage()); // another runner's clock may differ
    }
  }
}
