package io.tierflow.runner.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.tierflow.client.FlowView;
import io.tierflow.client.Page;
import io.tierflow.flow.Flow;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.flow.file.InvalidFlowException;
import io.tierflow.flow.file.Problem;
import io.tierflow.runner.RunService;
import io.tierflow.runner.SubmitLimits;
import io.tierflow.runner.http.ProblemException.BodyProblem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Applying, listing and showing flows. */
final class FlowRoutes {

  private final RunService service;
  private final Requests requests;

  FlowRoutes(RunService service, Requests requests) {
    this.service = service;
    this.requests = requests;
  }

  void register(RoutesConfig routes) {
    routes.put("/api/v1/flows/{name}", this::apply);
    routes.get("/api/v1/flows", this::list);
    routes.get("/api/v1/flows/{name}", this::show);
  }

  static ProblemException noSuchFlow(String name) {
    return ProblemException.of(404, "no such flow: " + name);
  }

  private void apply(Context ctx) {
    Requests.onlyParameters(ctx, "unknown");
    String name = ctx.pathParam("name");
    Catalog catalog = catalog(allowsUnknownHandlers(ctx));
    String text = utf8(requests.body(ctx, Requests.JSON_OR_YAML));
    Flow flow;
    try {
      flow = FlowReader.read(name, text, catalog);
    } catch (InvalidFlowException e) {
      throw refused(name, e.problems());
    }
    if (!flow.name().equals(name)) {
      BodyProblem other = BodyProblem.at("flow", "'" + flow.name() + "'", "'" + name + "'");
      throw ProblemException.unprocessable(
          "the flow's name is not that of the address: " + other.message(), List.of(other));
    }
    try {
      SubmitLimits.definition(name, FlowWriter.toJson(flow).toString());
    } catch (IllegalArgumentException e) {
      throw ProblemException.of(422, e.getMessage());
    }
    Responses.json(ctx, 200, service.apply(flow));
  }

  private static boolean allowsUnknownHandlers(Context ctx) {
    Optional<String> unknown = Requests.parameter(ctx, "unknown");
    if (unknown.isPresent() && !unknown.get().equals("allow")) {
      throw ProblemException.of(400, "unknown: found '" + unknown.get() + "', expected allow");
    }
    return unknown.isPresent();
  }

  private Catalog catalog(boolean unknownHandlers) {
    return unknownHandlers
        ? new Catalog(Optional.of(service.knownClasses()), Optional.empty())
        : Catalog.of(service.knownClasses(), service.knownHandlers());
  }

  private static String utf8(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw ProblemException.of(400, "the body is not text in UTF-8: " + e.getMessage());
    }
  }

  private static ProblemException refused(String name, List<Problem> problems) {
    String count = problems.size() == 1 ? "a problem" : problems.size() + " problems";
    return ProblemException.unprocessable(
        "the flow " + name + " has " + count + "; the first: " + problems.get(0).message(),
        problems.stream().map(FlowRoutes::bodyProblem).toList());
  }

  private static BodyProblem bodyProblem(Problem problem) {
    return new BodyProblem(
        problem.line() == 0 ? null : problem.line(),
        problem.column() == 0 ? null : problem.column(),
        problem.path(),
        problem.found(),
        problem.expected(),
        problem.message());
  }

  private void list(Context ctx) {
    Requests.onlyParameters(ctx);
    Responses.json(ctx, 200, new Page<>(service.flows(), null));
  }

  private void show(Context ctx) {
    Requests.onlyParameters(ctx);
    String name = ctx.pathParam("name");
    FlowView flow = service.flow(name).orElseThrow(() -> noSuchFlow(name));
    Responses.json(ctx, 200, flow);
  }
}
