package io.tierflow.runner.http;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Ends a request with a problem document (RFC 9457). */
final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient List<BodyProblem> problems;
  private final transient Map<String, String> headers;

  private ProblemException(
      int status, String detail, List<BodyProblem> problems, Map<String, String> headers) {
    super(Objects.requireNonNull(detail));
    this.status = status;
    this.problems = problems;
    this.headers = headers;
  }

  static ProblemException of(int status, String detail) {
    return new ProblemException(status, detail, List.of(), Map.of());
  }

  /** The body was read, but it does not say what it should: 422 with each place. */
  static ProblemException unprocessable(String detail, List<BodyProblem> problems) {
    return new ProblemException(422, detail, problems, Map.of());
  }

  /** The body cannot be read at all: 400 with the place where reading stopped. */
  static ProblemException unreadable(String detail, BodyProblem where) {
    return new ProblemException(400, detail, List.of(where), Map.of());
  }

  ProblemException withHeader(String name, String value) {
    return new ProblemException(status, getMessage(), problems, Map.of(name, value));
  }

  int status() {
    return status;
  }

  List<BodyProblem> problems() {
    return problems;
  }

  Map<String, String> headers() {
    return headers;
  }

  /**
   * One thing that is wrong with a request's body.
   *
   * @param line from 1; null when there is no place in the text to name
   * @param column from 1; null when there is no place in the text to name
   * @param path where in the document, for example {@code labels.team}; empty for all of it
   */
  record BodyProblem(
      Integer line, Integer column, String path, String found, String expected, String message) {

    static BodyProblem at(String path, String found, String expected) {
      String where = path.isEmpty() ? "" : path + ": ";
      return new BodyProblem(
          null, null, path, found, expected, where + "found " + found + ", expected " + expected);
    }
  }
}
