package io.tierflow.client;

import com.fasterxml.jackson.core.type.TypeReference;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Pauses flows and resource classes, and lets them go on; see {@link FlowClient#pauses}.
 * Thread-safe.
 */
public final class PauseClient {

  private final ApiCalls calls;

  PauseClient(ApiCalls calls) {
    this.calls = calls;
  }

  /** What is paused: flows by name, then classes by name. */
  public List<PauseView> list() {
    return calls.get("/pauses", new TypeReference<Page<PauseView>>() {}).items();
  }

  /**
   * Sends nothing new of a flow's runs, those to come included, until {@link #resumeFlow}.
   *
   * @throws ProblemException with status 404 if there is no such flow
   */
  public void pauseFlow(String flow) {
    post("/flows/", flow, "/pause");
  }

  /** Sends what was held back of a flow; one that is not paused stays as it is. */
  public void resumeFlow(String flow) {
    post("/flows/", flow, "/resume");
  }

  /**
   * Sends nothing new to a resource class until {@link #resumeClass}; what is in its topic already
   * is worked.
   *
   * @throws ProblemException with status 404 if no such class is known
   */
  public void pauseClass(String resourceClass) {
    post("/classes/", resourceClass, "/pause");
  }

  /** Sends what was held back from a class; one that is not paused stays as it is. */
  public void resumeClass(String resourceClass) {
    post("/classes/", resourceClass, "/resume");
  }

  private void post(String before, String name, String after) {
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    calls.send(
        calls.to(before + encoded + after).POST(BodyPublishers.noBody()),
        new TypeReference<PauseView>() {});
  }
}
