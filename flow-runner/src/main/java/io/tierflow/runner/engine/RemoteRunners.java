package io.tierflow.runner.engine;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tierflow.client.ApiJson;
import io.tierflow.client.Page;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.runner.RunService.RunFilter;
import io.tierflow.runner.RunService.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;

/** Asks other runners for what lives with them. Thread-safe. */
final class RemoteRunners {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  Optional<RunView> run(HostInfo host, String id) {
    HttpResponse<byte[]> answer = get(host, "/api/v1/runs/" + encode(id) + "?local=true");
    return answer.statusCode() == 404
        ? Optional.empty()
        : Optional.of(read(host, answer, new TypeReference<RunView>() {}));
  }

  Page<RunSummary> runs(HostInfo host, RunFilter filter) {
    StringBuilder path = new StringBuilder("/api/v1/runs?local=true&limit=").append(filter.limit());
    filter.flow().ifPresent(flow -> path.append("&flow=").append(encode(flow)));
    filter.state().ifPresent(state -> path.append("&status=").append(encode(state)));
    filter.cursor().ifPresent(cursor -> path.append("&cursor=").append(encode(cursor)));
    return read(host, get(host, path.toString()), new TypeReference<Page<RunSummary>>() {});
  }

  private HttpResponse<byte[]> get(HostInfo host, String path) {
    URI uri = URI.create("http://" + host.host() + ":" + host.port() + path);
    try {
      return http.send(
          HttpRequest.newBuilder(uri).timeout(LIMIT).build(),
          HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw unavailable(host, e.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(host, "interrupted", e);
    }
  }

  private static <T> T read(HostInfo host, HttpResponse<byte[]> answer, TypeReference<T> type) {
    if (answer.statusCode() != 200) {
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

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
