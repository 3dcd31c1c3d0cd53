package io.tierflow.runner.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The runner's HTTP API as the commands use it: documents stay JSON trees, so {@code --json} prints
 * what the runner said, and whatever goes wrong is a {@link CliFailure} with its exit code.
 */
final class RunnerApi {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private final URI runner;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  RunnerApi(URI runner) {
    this.runner = runner;
  }

  JsonNode get(String path, Shape shape) {
    return checked(accepted(send(request(path).GET())), shape);
  }

  /** Empty when the runner says 404; what it says otherwise is not checked yet. */
  Optional<JsonNode> find(String path) {
    Answer answer = send(request(path).GET());
    return answer.status == 404 ? Optional.empty() : Optional.of(accepted(answer));
  }

  /** Sends a flow; a 422 is an answer here, since the caller knows the file that it is about. */
  Answer putText(String path, String text) {
    return send(
        request(path)
            .header("Content-Type", "application/yaml; charset=utf-8")
            .PUT(BodyPublishers.ofString(text, StandardCharsets.UTF_8)));
  }

  /** Submits a run. */
  JsonNode post(String path, JsonNode body, Map<String, String> headers) {
    return checked(posted(path, body, headers), Shape.SUBMITTED);
  }

  /** Asks for something that is more than a question. */
  JsonNode post(String path, JsonNode body, Shape shape) {
    return checked(posted(path, body, Map.of()), shape);
  }

  /** Asks for something to be taken away. */
  JsonNode delete(String path, Shape shape) {
    return checked(accepted(send(request(path).DELETE())), shape);
  }

  private JsonNode posted(String path, JsonNode body, Map<String, String> headers) {
    BodyPublisher bytes;
    try {
      bytes = BodyPublishers.ofByteArray(ClientJson.MAPPER.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write a JSON tree", e);
    }
    HttpRequest.Builder request =
        request(path).header("Content-Type", "application/json").POST(bytes);
    headers.forEach(request::header);
    return accepted(send(request));
  }

  /**
   * The same document.
   *
   * @throws CliFailure if it lacks something that the commands need
   */
  JsonNode checked(JsonNode document, Shape shape) {
    shape
        .problem(document)
        .ifPresent(
            problem -> {
              throw CliFailure.unreachable(
                  "what answers at "
                      + runner
                      + " is no Tierflow runner, or one of another version: "
                      + problem);
            });
    return document;
  }

  /** One segment of a path, or one value of a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * The document of an answer that says yes.
   *
   * @throws CliFailure if it says no
   */
  JsonNode accepted(Answer answer) {
    if (answer.status < 400) {
      return answer.body;
    }
    String detail = answer.body.path("detail").asText("status " + answer.status);
    throw new CliFailure(exitCode(answer.status), List.of(detail), answer.body);
  }

  private static int exitCode(int status) {
    if (status < 500) {
      return ExitCodes.INVALID;
    }
    // 502 and 504 are a gateway's words for the 503 of a runner that it does not reach.
    return status == 500 ? ExitCodes.FAILED : ExitCodes.UNREACHABLE;
  }

  private HttpRequest.Builder request(String path) {
    String base = runner.toString();
    return HttpRequest.newBuilder(
            URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path))
        .timeout(ANSWER_TIMEOUT)
        .header("Accept", "application/json, application/problem+json");
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      Answer answer =
          new Answer(response.statusCode(), ClientJson.MAPPER.readTree(response.body()));
      if (!answer.body.isObject() || (answer.status >= 400 && !answer.body.has("detail"))) {
        throw notARunner();
      }
      return answer;
    } catch (JsonProcessingException e) {
      throw notARunner();
    } catch (IOException e) {
      throw CliFailure.unreachable(
          "cannot reach the runner at "
              + runner
              + ": "
              + reason(e)
              + " (--runner or TIERFLOW_RUNNER says where it is)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliFailure.failed("interrupted while waiting for the runner's answer");
    }
  }

  /** The client leaves out what the commonest failures to connect are. */
  private String reason(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "unknown host '" + runner.getHost() + "'";
      }
    }
    if (e.getMessage() != null) {
      return e.getMessage();
    }
    return e instanceof ConnectException ? "connection refused" : e.getClass().getSimpleName();
  }

  private CliFailure notARunner() {
    return CliFailure.unreachable(
        "what answers at "
            + runner
            + " is no Tierflow runner (--runner or TIERFLOW_RUNNER says where it is)");
  }

  /** A status and its document. */
  record Answer(int status, JsonNode body) {}
}
