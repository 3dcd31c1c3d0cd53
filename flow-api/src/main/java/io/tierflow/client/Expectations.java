package io.tierflow.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is expected of work that Tierflow did not start. Thread-safe; fails as {@link FlowClient}
 * does.
 */
public final class Expectations {

  private static final int PART = 1000;

  private final ApiCalls calls;

  Expectations(ApiCalls calls) {
    this.calls = calls;
  }

  /** Registers an expectation, or replaces the one of that name and key. */
  public ExpectationView register(ExpectationRequest request) {
    return calls.send(
        json(calls.to("/expectations"), request), new TypeReference<ExpectationView>() {});
  }

  /** All of them, by name and key. */
  public List<ExpectationView> list() {
    List<ExpectationView> all = new ArrayList<>();
    String next = "";
    do {
      String cursor = next.isEmpty() ? "" : "&cursor=" + encode(next);
      Page<ExpectationView> part =
          calls.get(
              "/expectations?limit=" + PART + cursor,
              new TypeReference<Page<ExpectationView>>() {});
      all.addAll(part.items());
      next = part.nextCursor();
    } while (next != null);
    return all;
  }

  /** The one of a name without a key. */
  public Optional<ExpectationView> find(String name) {
    return find(name, "");
  }

  /** The one of a name and a key. */
  public Optional<ExpectationView> find(String name, String key) {
    return calls.find(path(name, key), new TypeReference<ExpectationView>() {});
  }

  /**
   * Removes one; its flags clear.
   *
   * @param key empty for the one without
   * @return as it was
   * @throws ProblemException with status 404 if there is none
   */
  public ExpectationView remove(String name, String key) {
    return calls.send(calls.to(path(name, key)).DELETE(), new TypeReference<ExpectationView>() {});
  }

  /** Reports that the work of a name without a key is done. */
  public CompletionView complete(String name) {
    return report(name, CompletionRequest.succeeded());
  }

  /**
   * Reports of the work.
   *
   * @throws ProblemException with status 404 if nothing of that name and key is expected
   */
  public CompletionView report(String name, CompletionRequest request) {
    return calls.send(
        json(calls.to("/expectations/" + encode(name) + "/completions"), request),
        new TypeReference<CompletionView>() {});
  }

  private static String path(String name, String key) {
    return "/expectations/" + encode(name) + (key.isEmpty() ? "" : "?key=" + encode(key));
  }

  private static HttpRequest.Builder json(HttpRequest.Builder request, Object body) {
    try {
      return request
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofString(ApiJson.mapper().writeValueAsString(body)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request cannot be written", e);
    }
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
