package io.tierflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.file.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** The runner refused a request and said why, as RFC 9457 problem details. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String title;
  private final String detail;
  private final List<Problem> problems;

  /**
   * Reports a refusal.
   *
   * @param status the HTTP status
   * @param title what kind of problem it is
   * @param detail what happened here; empty when the runner did not say
   * @param problems what is wrong with an applied flow; empty for other requests
   */
  public ProblemException(int status, String title, String detail, List<Problem> problems) {
    super(message(status, title, detail, problems));
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.problems = List.copyOf(problems);
  }

  /** Reads the body of an answer; one that is no problem+json becomes the detail. */
  static ProblemException of(int status, String body) {
    try {
      JsonNode json = ApiJson.mapper().readTree(body);
      if (json.isObject()) {
        List<Problem> problems =
            json.path("problems").isArray()
                ? List.of(ApiJson.mapper().convertValue(json.get("problems"), Problem[].class))
                : List.of();
        return new ProblemException(
            status,
            json.path("title").asText("HTTP " + status),
            json.path("detail").asText(""),
            problems);
      }
    } catch (java.io.IOException | IllegalArgumentException e) {
      ProblemException problem = new ProblemException(status, "HTTP " + status, body, List.of());
      problem.addSuppressed(e);
      return problem;
    }
    return new ProblemException(status, "HTTP " + status, body, List.of());
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** What kind of problem it is. */
  public String title() {
    return title;
  }

  /** What happened; empty when the runner did not say. */
  public String detail() {
    return detail;
  }

  /** What is wrong with an applied flow; empty for other requests. */
  public List<Problem> problems() {
    return problems;
  }

  private static String message(int status, String title, String detail, List<Problem> problems) {
    String first = title + " (" + status + ")" + (detail.isEmpty() ? "" : ": " + detail);
    return problems.isEmpty()
        ? first
        : first + "\n" + problems.stream().map(Problem::message).collect(Collectors.joining("\n"));
  }
}
