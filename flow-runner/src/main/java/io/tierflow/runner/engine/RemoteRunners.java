package io.tierflow.runner.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.client.ApiJson;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.Page;
import io.tierflow.client.ReplayPreview;
import io.tierflow.client.ReplayRequest;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.flow.file.DurationText;
import io.tierflow.runner.MissingFilter;
import io.tierflow.runner.RunFilter;
import io.tierflow.runner.RunService.RefusedException;
import io.tierflow.runner.RunService.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.HostInfo;

/** Asks other runners for what lives with them. Thread-safe. */
final class RemoteRunners {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  Optional<RunView> run(HostInfo host, String id) {
    return find(host, "/api/v1/runs/" + encode(id) + "?local=true", new TypeReference<>() {});
  }

  /** Empty when the other runner says that there is no such thing. */
  <T> Optional<T> find(HostInfo host, String path, TypeReference<T> type) {
    HttpResponse<byte[]> answer = get(host, path);
    return answer.statusCode() == 404 ? Optional.empty() : Optional.of(read(host, answer, type));
  }

  /** Asks the runner that keeps a run for its replay; its refusals are this runner's. */
  String replay(HostInfo host, String id, ReplayRequest request) {
    return ask(host, "POST", "/api/v1/runs/" + encode(id) + "/replay?local=true", request)
        .as(new TypeReference<JsonNode>() {})
        .path("id")
        .asText();
  }

  /** The same of what the replay would send. */
  ReplayPreview previewReplay(HostInfo host, String id, ReplayRequest request) {
    ObjectNode body = ApiJson.mapper().valueToTree(request);
    return ask(
            host,
            "POST",
            "/api/v1/runs/" + encode(id) + "/replay?local=true",
            body.put("dryRun", true))
        .as(new TypeReference<ReplayPreview>() {});
  }

  /** Another runner's yes. */
  record Answer(HostInfo host, HttpResponse<byte[]> response) {

    int status() {
      return response.statusCode();
    }

    <T> T as(TypeReference<T> type) {
      return read(host, response, status(), type);
    }
  }

  /**
   * Asks another runner for more than a view; its refusals are this runner's.
   *
   * @param body null for none
   */
  Answer ask(HostInfo host, String method, String path, Object body) {
    HttpResponse<byte[]> answer = send(host, path, request -> with(request, method, body));
    if (answer.statusCode() / 100 == 2) {
      return new Answer(host, answer);
    }
    String detail =
        read(host, answer, answer.statusCode(), new TypeReference<JsonNode>() {})
            .path("detail")
            .asText();
    throw switch (answer.statusCode()) {
      case 404 -> new NoSuchElementException(detail);
      case 409 -> new RefusedException(detail);
      case 422 -> new IllegalArgumentException(detail);
      default -> unavailable(host, "it answered " + answer.statusCode() + ": " + detail, null);
    };
  }

  Page<RunSummary> runs(HostInfo host, RunFilter filter, Set<Integer> partitions) {
    StringBuilder path = new StringBuilder("/api/v1/runs?limit=").append(filter.limit());
    path.append("&partitions=")
        .append(partitions.stream().map(String::valueOf).collect(Collectors.joining(",")));
    filter.flow().ifPresent(flow -> path.append("&flow=").append(encode(flow)));
    filter.state().ifPresent(state -> path.append("&status=").append(encode(state)));
    filter.cursor().ifPresent(cursor -> path.append("&cursor=").append(encode(cursor)));
    return read(host, get(host, path.toString()), new TypeReference<Page<RunSummary>>() {});
  }

  Page<MissingCompletion> missing(HostInfo host, MissingFilter filter, Set<Integer> partitions) {
    StringBuilder path = new StringBuilder("/api/v1/missing?limit=").append(filter.limit());
    path.append("&partitions=")
        .append(partitions.stream().map(String::valueOf).collect(Collectors.joining(",")));
    filter.flow().ifPresent(flow -> path.append("&flow=").append(encode(flow)));
    filter.reason().ifPresent(reason -> path.append("&reason=").append(encode(reason)));
    filter.resourceClass().ifPresent(name -> path.append("&class=").append(encode(name)));
    filter.cleared().ifPresent(most -> path.append("&cleared=").append(DurationText.format(most)));
    filter.cursor().ifPresent(cursor -> path.append("&cursor=").append(encode(cursor)));
    return read(host, get(host, path.toString()), new TypeReference<Page<MissingCompletion>>() {});
  }

  private HttpResponse<byte[]> get(HostInfo host, String path) {
    return send(host, path, HttpRequest.Builder::GET);
  }

  private static HttpRequest.Builder with(HttpRequest.Builder request, String method, Object body) {
    if (body == null) {
      return request.method(method, HttpRequest.BodyPublishers.noBody());
    }
    try {
      return request
          .header("Content-Type", "application/json")
          .method(
              method,
              HttpRequest.BodyPublishers.ofByteArray(ApiJson.mapper().writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request cannot be written", e);
    }
  }

  private HttpResponse<byte[]> send(
      HostInfo host, String path, UnaryOperator<HttpRequest.Builder> with) {
    URI uri = URI.create("http://" + host.host() + ":" + host.port() + path);
    try {
      return http.send(
          with.apply(HttpRequest.newBuilder(uri).timeout(LIMIT)).build(),
          HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw unavailable(host, e.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(host, "interrupted", e);
    }
  }

  private static <T> T read(HostInfo host, HttpResponse<byte[]> answer, TypeReference<T> type) {
    return read(host, answer, 200, type);
  }

  private static <T> T read(
      HostInfo host, HttpResponse<byte[]> answer, int expected, TypeReference<T> type) {
    if (answer.statusCode() != expected) {
      throw unavailable(host, "it answered " + answer.statusCode(), null);
    }
    try {
      return ApiJson.mapper().readValue(answer.body(), type);
    } catch (IOException e) {
      throw unavailable(host, "its answer cannot be read: " + e.getMessage(), e);
    }
  }

  private static UnavailableException unavailable(HostInfo host, String why, Throwable cause) {
    return new UnavailableException(
        "the runner at " + host.host() + ":" + host.port() + " cannot be asked: " + why, cause);
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
