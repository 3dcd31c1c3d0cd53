package io.tierflow.runner.http;

import io.javalin.http.Context;
import io.tierflow.runner.http.ProblemException.BodyProblem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;

/** Writes answers: JSON, and problem documents of RFC 9457. */
final class Responses {

  static final String PROBLEM_JSON = "application/problem+json";

  private Responses() {}

  static void json(Context ctx, int status, Object body) {
    ctx.status(status).contentType("application/json").result(Json.write(body));
  }

  static void problem(Context ctx, ProblemException problem) {
    problem.headers().forEach(ctx::header);
    ctx.status(problem.status())
        .contentType(PROBLEM_JSON)
        .result(problemBody(problem.status(), problem.getMessage(), problem.problems()));
  }

  static byte[] problemBody(int status, String detail, List<BodyProblem> problems) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", HttpStatus.getMessage(status));
    body.put("status", status);
    body.put("detail", detail);
    if (!problems.isEmpty()) {
      body.put("problems", problems);
    }
    return Json.write(body);
  }
}
