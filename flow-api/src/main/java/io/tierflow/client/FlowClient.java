package io.tierflow.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Priority;
import io.tierflow.flow.file.DurationText;
import io.tierflow.flow.file.FlowWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.TimeoutException;

/**
 * Talks to a runner over HTTP. Thread-safe; one client serves a whole process.
 *
 * <p>Every method throws {@link ProblemException} when the runner refuses the request, and {@link
 * RunnerUnreachableException} when none answers.
 */
public final class FlowClient {

  /** The states in which a run has ended. */
  public static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELLED");

  private final ApiCalls calls;
  private final InstantSource clock;

  private FlowClient(ApiCalls calls, InstantSource clock) {
    this.calls = calls;
    this.clock = clock;
  }

  /**
   * A client of the runner at this URL, for example {@code http://127.0.0.1:8080}: connecting may
   * take 5 s, an answer 30 s.
   */
  public static FlowClient of(URI runner) {
    HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    return of(runner, http, Duration.ofSeconds(30), InstantSource.system());
  }

  /** A client with an HTTP client, a longest wait for an answer, and a clock of the caller's. */
  public static FlowClient of(
      URI runner, HttpClient http, Duration requestTimeout, InstantSource clock) {
    return new FlowClient(new ApiCalls(runner, http, requestTimeout), clock);
  }

  /**
   * Makes a flow file the newest version of this flow.
   *
   * @param name the flow's name, as in the file
   * @param text the flow file, YAML or JSON
   * @return the version that now stands
   */
  public FlowView apply(String name, String text) {
    boolean json = text.stripLeading().startsWith("{");
    return calls.send(
        calls
            .to("/flows/" + encode(name))
            .header("Content-Type", json ? "application/json" : "application/yaml")
            .PUT(BodyPublishers.ofString(text)),
        new TypeReference<FlowView>() {});
  }

  /** Makes this the newest version of its flow. */
  public FlowView apply(Flow flow) {
    return apply(flow.name(), FlowWriter.toJson(flow).toString());
  }

  /** The newest version of every flow, by name. */
  public List<FlowView> flows() {
    return calls.get("/flows", new TypeReference<Page<FlowView>>() {}).items();
  }

  /** The newest version of one flow; empty when there is none of that name. */
  public Optional<FlowView> flow(String name) {
    return calls.find("/flows/" + encode(name), new TypeReference<FlowView>() {});
  }

  /** Submits a run without labels. */
  public String submit(String flow, JsonNode input) {
    return submit(flow, input, Map.of(), Optional.empty());
  }

  /**
   * Submits a run of the newest version of a flow. Once this returns, the run is safe in Kafka.
   *
   * @param input the run's input
   * @param labels names and values for the user's own sorting
   * @param idempotencyKey with the same flow and key, the same run: safe to send again
   * @return the run's id
   */
  public String submit(
      String flow, JsonNode input, Map<String, String> labels, Optional<String> idempotencyKey) {
    return submit(flow, input, labels, idempotencyKey, Optional.empty());
  }

  /**
   * The same with a priority.
   *
   * @param priority which runs go first where many wait for one resource class; empty for the
   *     flow's
   */
  public String submit(
      String flow,
      JsonNode input,
      Map<String, String> labels,
      Optional<String> idempotencyKey,
      Optional<Priority> priority) {
    ObjectNode body = ApiJson.mapper().createObjectNode();
    body.set("input", input);
    body.set("labels", ApiJson.mapper().valueToTree(labels));
    priority.ifPresent(value -> body.put("priority", value.word()));
    HttpRequest.Builder request =
        calls
            .to("/flows/" + encode(flow) + "/runs")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(write(body)));
    idempotencyKey.ifPresent(key -> request.header("Idempotency-Key", key));
    return calls.send(request, new TypeReference<Submitted>() {}).id();
  }

  /**
   * Replays a run that has ended, as a new run that reuses what had succeeded. The same request
   * again is the same run: it sends nothing.
   *
   * @return the new run's id
   * @throws ProblemException with status 404 if there is no such run, 409 if it has not ended, 422
   *     if it has no such stage or the class is not known
   */
  public String replay(String runId, ReplayRequest request) {
    return command(runId, "replay", ApiJson.mapper().valueToTree(request));
  }

  /** What {@link #replay} would send; sends nothing. Throws as that does. */
  public ReplayPreview previewReplay(String runId, ReplayRequest request) {
    ObjectNode body = ApiJson.mapper().valueToTree(request);
    return calls.send(
        calls
            .to("/runs/" + encode(runId) + "/replay")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(write(body.put("dryRun", true)))),
        new TypeReference<ReplayPreview>() {});
  }

  /**
   * Ends a run: its stages that have not ended are cancelled.
   *
   * @param reason kept with the run; may be empty
   * @throws ProblemException with status 404 if there is no such run, 409 if it has ended
   */
  public void cancel(String runId, String reason) {
    command(runId, "cancel", ApiJson.mapper().createObjectNode().put("reason", reason));
  }

  /** Stops a run from sending anything new; what is out goes on. Throws as {@link #cancel}. */
  public void pause(String runId) {
    command(runId, "pause", ApiJson.mapper().createObjectNode());
  }

  /** Lets a paused run go on; one that is not paused stays as it is. Throws as {@link #cancel}. */
  public void resume(String runId) {
    command(runId, "resume", ApiJson.mapper().createObjectNode());
  }

  /** Pausing flows and resource classes. */
  public PauseClient pauses() {
    return new PauseClient(calls);
  }

  private String command(String runId, String word, JsonNode body) {
    return calls
        .send(
            calls
                .to("/runs/" + encode(runId) + "/" + word)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(write(body))),
            new TypeReference<Submitted>() {})
        .id();
  }

  /** One run; empty when there is none of that id. */
  public Optional<RunView> run(String id) {
    return calls.find("/runs/" + encode(id), new TypeReference<RunView>() {});
  }

  /** A part of the runs, newest first. */
  public Page<RunSummary> runs(RunQuery query) {
    StringJoiner parameters = new StringJoiner("&", "/runs?", "");
    query.flow().ifPresent(value -> parameters.add("flow=" + encode(value)));
    query.status().ifPresent(value -> parameters.add("status=" + encode(value)));
    query.cursor().ifPresent(value -> parameters.add("cursor=" + encode(value)));
    parameters.add("limit=" + query.limit());
    return calls.get(parameters.toString(), new TypeReference<Page<RunSummary>>() {});
  }

  /**
   * A part of the dead letters, oldest first. A part may have fewer than the limit, or none, and
   * still a cursor: reading one is bounded in time.
   */
  public Page<DeadLetterView> deadLetters(DeadLetterQuery query) {
    StringJoiner parameters = new StringJoiner("&", "/dead-letters?", "");
    query
        .selection()
        .criteria()
        .forEach((name, value) -> parameters.add(name + "=" + encode(value)));
    query.cursor().ifPresent(value -> parameters.add("cursor=" + encode(value)));
    parameters.add("limit=" + query.limit());
    return calls.get(parameters.toString(), new TypeReference<Page<DeadLetterView>>() {});
  }

  /** One dead letter; empty when there is none of that id. */
  public Optional<DeadLetterView> deadLetter(String id) {
    return calls.find("/dead-letters/" + encode(id), new TypeReference<DeadLetterView>() {});
  }

  /**
   * Sends a part of the selected dead letters again. All those of one run are one new run; the same
   * request again finds it and sends nothing.
   */
  public Page<ReplayedLetter> replayDeadLetters(DeadLetterReplay replay) {
    ObjectNode body = ApiJson.mapper().createObjectNode();
    replay.selection().criteria().forEach(body::put);
    replay.change().resourceClass().ifPresent(value -> body.put("class", value));
    replay.change().input().ifPresent(value -> body.set("input", value));
    replay.change().priority().ifPresent(value -> body.put("priority", value.word()));
    replay.cursor().ifPresent(value -> body.put("cursor", value));
    body.put("dryRun", replay.dryRun()).put("limit", replay.limit());
    return calls.send(
        calls
            .to("/dead-letters/replay")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(write(body))),
        new TypeReference<Page<ReplayedLetter>>() {});
  }

  /** A part of the completions that are missing now, or were a moment ago; newest first. */
  public Page<MissingCompletion> missing(MissingQuery query) {
    StringJoiner parameters = new StringJoiner("&", "/missing?", "");
    query.flow().ifPresent(value -> parameters.add("flow=" + encode(value)));
    query.reason().ifPresent(value -> parameters.add("reason=" + encode(value)));
    query.resourceClass().ifPresent(value -> parameters.add("class=" + encode(value)));
    query.cursor().ifPresent(value -> parameters.add("cursor=" + encode(value)));
    query.cleared().ifPresent(most -> parameters.add("cleared=" + DurationText.format(most)));
    parameters.add("limit=" + query.limit());
    return calls.get(parameters.toString(), new TypeReference<Page<MissingCompletion>>() {});
  }

  /** What is expected of work that Tierflow did not start. */
  public Expectations expectations() {
    return new Expectations(calls);
  }

  /** The live workers. */
  public List<PoolView> pools() {
    return calls.get("/pools", new TypeReference<PoolsView>() {}).items();
  }

  /** The live workers by class, with what waits for them. */
  public List<ClassView> poolClasses() {
    return calls.get("/pools", new TypeReference<PoolsView>() {}).classes();
  }

  /**
   * Waits until a run has ended, asking ever more slowly, at least once a second. A runner that
   * does not answer for a while is waited for. So is a run that is not seen yet, for up to a
   * minute: what was just submitted is safe before it is visible.
   *
   * @return the run in a state of {@link #ENDED}
   * @throws TimeoutException if it has not ended in time; it goes on
   * @throws NoSuchElementException if no such run was seen in the time for that
   */
  public RunView await(String id, Duration longest) throws TimeoutException, InterruptedException {
    return new RunWait(id, () -> run(id), clock).until(longest);
  }

  private record Submitted(String id) {}

  private static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String write(JsonNode body) {
    try {
      return ApiJson.mapper().writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("input: not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
