package io.tierflow.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Requests to a registry's REST interface: which URL, credentials, time limit, outage. */
final class RegistryHttp {

  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client;
  private final List<String> urls;
  private final Optional<String> authorization;
  private final Duration timeout;

  RegistryHttp(List<String> urls, Optional<String> userInfo, Duration timeout) {
    if (urls.isEmpty()) {
      throw new IllegalArgumentException(WireCodecs.REGISTRY_URL + ": expected at least one URL");
    }
    this.urls = urls.stream().map(RegistryHttp::checked).toList();
    this.authorization = userInfo.map(RegistryHttp::basic);
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(timeout)
            .build();
  }

  /** What a registry answered, other than an inner error of its own. */
  record Answer(String request, int status, JsonNode json) {

    /** The exception for an answer that is not what was hoped for. */
    RegistryException.Refused refused(String what) {
      String said = json.path("message").asText("");
      String hint =
          switch (status) {
            case 401, 403 -> "; check " + WireCodecs.USER_INFO;
            case 404 -> said.isEmpty() ? "; check " + WireCodecs.REGISTRY_URL : "";
            default -> "";
          };
      return new RegistryException.Refused(
          "schema registry, "
              + request
              + ": "
              + what
              + "; it answered "
              + status
              + (said.isEmpty() ? "" : " \"" + said + "\"")
              + hint);
    }
  }

  Answer get(String path) {
    return ask("GET", path, Optional.empty());
  }

  Answer post(String path, ObjectNode body) {
    return ask("POST", path, Optional.of(body.toString()));
  }

  private Answer ask(String method, String path, Optional<String> body) {
    RegistryException.Unavailable failure = null;
    for (String url : urls) {
      String request = method + " " + url + path;
      try {
        HttpResponse<String> response =
            client.send(
                request(URI.create(url + path), method, body),
                BodyHandlers.ofString(StandardCharsets.UTF_8));
        int status = response.statusCode();
        if (status < 500 && status != 408 && status != 429) {
          return new Answer(request, status, json(response.body()));
        }
        failure = unavailable(request, "answered " + status + " " + response.body(), null, failure);
      } catch (IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        failure = unavailable(request, "cannot be reached (" + why + ")", e, failure);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unavailable(request, "interrupted while waiting for the answer", e, failure);
      }
    }
    throw failure;
  }

  private HttpRequest request(URI uri, String method, Optional<String> body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .header("Accept", CONTENT_TYPE + ", application/json")
            .method(method, body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
    body.ifPresent(text -> request.header("Content-Type", CONTENT_TYPE));
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  private static RegistryException.Unavailable unavailable(
      String request, String what, Exception cause, RegistryException earlier) {
    RegistryException.Unavailable failure =
        new RegistryException.Unavailable("schema registry, " + request + ": " + what, cause);
    if (earlier != null) {
      failure.addSuppressed(earlier);
    }
    return failure;
  }

  /** The body as JSON; a missing node where it is something else, such as a proxy's page. */
  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static String checked(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          WireCodecs.REGISTRY_URL + ": not a URL: " + e.getMessage(), e);
    }
    if (uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          WireCodecs.REGISTRY_URL
              + ": the URL of "
              + uri.getHost()
              + " holds credentials; put them in "
              + WireCodecs.USER_INFO);
    }
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null) {
      throw new IllegalArgumentException(
          WireCodecs.REGISTRY_URL + ": expected http(s)://host[:port][/path], found " + url);
    }
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static String basic(String userInfo) {
    if (userInfo.indexOf(':') < 1) {
      throw new IllegalArgumentException(
          WireCodecs.USER_INFO + ": expected user:password, found no colon after a user");
    }
    byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }
}
