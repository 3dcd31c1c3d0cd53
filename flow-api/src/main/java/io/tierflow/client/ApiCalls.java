package io.tierflow.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Requests to {@code /api/v1} and what their answers mean. Thread-safe. */
final class ApiCalls {

  private static final int NOT_FOUND = 404;

  private final URI runner;
  private final HttpClient http;
  private final Duration timeout;

  ApiCalls(URI runner, HttpClient http, Duration timeout) {
    if (runner.getHost() == null) {
      throw new IllegalArgumentException(
          "runner: expected a URL such as http://127.0.0.1:8080, found " + runner);
    }
    this.runner = runner;
    this.http = http;
    this.timeout = timeout;
  }

  HttpRequest.Builder to(String pathAndQuery) {
    String base = runner.toString().replaceAll("/+$", "");
    return HttpRequest.newBuilder(URI.create(base + "/api/v1" + pathAndQuery))
        .header("Accept", "application/json")
        .timeout(timeout);
  }

  <T> T get(String pathAndQuery, TypeReference<T> type) {
    return send(to(pathAndQuery).GET(), type);
  }

  /** Empty when the runner says that there is no such thing. */
  <T> Optional<T> find(String path, TypeReference<T> type) {
    HttpResponse<String> response = exchange(to(path).GET().build());
    return response.statusCode() == NOT_FOUND
        ? Optional.empty()
        : Optional.of(read(response, type));
  }

  <T> T send(HttpRequest.Builder request, TypeReference<T> type) {
    return read(exchange(request.build()), type);
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException cause = new InterruptedIOException("interrupted while waiting");
      cause.initCause(e);
      throw new RunnerUnreachableException(runner, cause);
    } catch (IOException e) {
      throw new RunnerUnreachableException(runner, e);
    }
  }

  private static <T> T read(HttpResponse<String> response, TypeReference<T> type) {
    if (response.statusCode() / 100 != 2) {
      throw ProblemException.of(response.statusCode(), response.body());
    }
    try {
      return ApiJson.mapper().readValue(response.body(), type);
    } catch (JsonProcessingException e) {
      ProblemException problem =
          new ProblemException(
              response.statusCode(),
              "The answer is not what this client understands",
              response.uri() + ": " + e.getOriginalMessage(),
              java.util.List.of());
      problem.initCause(e);
      throw problem;
    }
  }
}
