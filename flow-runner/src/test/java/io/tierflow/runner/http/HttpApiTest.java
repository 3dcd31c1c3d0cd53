package io.tierflow.runner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierflow.client.ApiJson;
import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.RunService.Readiness;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.Runs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpApiTest {

  private static final String FLOW =
      """
      flow: weather
      pipelines:
        main:
          stages:
            - {stage: fetch, handler: echo, class: small}
      """;

  private final InMemoryRuns runs = new InMemoryRuns();
  private final HttpClient client = HttpClient.newHttpClient();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private HttpApi api;

  @BeforeEach
  void start() {
    api = HttpApi.start(new HttpConfig("127.0.0.1", 0, 2_000), runs, meters);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void appliesAFlowInYamlAndShowsItsVersion() throws Exception {
    HttpResponse<String> applied = send("PUT", "/api/v1/flows/weather", FLOW);

    assertThat(applied.statusCode()).isEqualTo(200);
    assertThat(json(applied).path("version").asInt()).isEqualTo(1);
    assertThat(json(applied).path("appliedAt").asText()).isEqualTo("2026-11-24T10:00:00.000Z");
    assertThat(json(send("GET", "/api/v1/flows/weather", null))).isEqualTo(json(applied));
    assertThat(json(send("GET", "/api/v1/flows", null)).path("items").get(0))
        .isEqualTo(json(applied));
  }

  @Test
  void appliesTheSameFlowInJsonAsTheSameVersion() throws Exception {
    send("PUT", "/api/v1/flows/weather", FLOW);
    JsonNode definition = json(send("GET", "/api/v1/flows/weather", null)).path("definition");

    HttpResponse<String> again =
        send(
            "PUT",
            "/api/v1/flows/weather",
            definition.toString(),
            "Content-Type",
            "application/json");

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(json(again).path("version").asInt()).isEqualTo(1);
  }

  @Test
  void refusesAFlowWithEveryProblemAndItsPlace() throws Exception {
    String bad = FLOW.replace("echo", "ehco").replace("small", "tiny");

    JsonNode problem = problem(422, send("PUT", "/api/v1/flows/weather", bad));

    assertThat(problem.path("problems")).hasSize(2);
    for (JsonNode each : problem.path("problems")) {
      assertThat(each.path("line").asInt()).isEqualTo(5);
      assertThat(each.path("column").asInt()).isPositive();
      assertThat(each.path("path").asText()).startsWith("pipelines.main.stages[0]");
    }
    assertThat(problem.toString()).contains("ehco", "echo", "tiny", "small");
  }

  @Test
  void refusesAHandlerThatTheStagesClassDoesNotHave() throws Exception {
    String fit = FLOW.replace("echo", "fit");

    JsonNode problem = problem(422, send("PUT", "/api/v1/flows/weather", fit));

    assertThat(problem.at("/problems/0/expected").asText()).contains("fit is on large");
    assertThat(send("PUT", "/api/v1/flows/weather", fit.replace("small", "large")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void acceptsUnknownHandlersButNotUnknownClassesWhenAskedTo() throws Exception {
    String unknown = FLOW.replace("echo", "later");

    assertThat(send("PUT", "/api/v1/flows/weather?unknown=allow", unknown).statusCode())
        .isEqualTo(200);
    problem(422, send("PUT", "/api/v1/flows/weather?unknown=allow", FLOW.replace("small", "tiny")));
    problem(400, send("PUT", "/api/v1/flows/weather?unknown=yes", unknown));
  }

  @Test
  void refusesAFlowWhoseNameIsNotThatOfTheAddress() throws Exception {
    JsonNode problem = problem(422, send("PUT", "/api/v1/flows/other", FLOW));

    assertThat(problem.path("problems").get(0).path("message").asText())
        .isEqualTo("flow: found 'weather', expected 'other'");
  }

  @Test
  void submitsARunWithInputAndLabels() throws Exception {
    send("PUT", "/api/v1/flows/weather", FLOW);

    HttpResponse<String> submitted =
        send(
            "POST",
            "/api/v1/flows/weather/runs",
            "{\"input\": {\"price\": 1.10}, \"labels\": {\"team\": \"blue\"}}");

    assertThat(submitted.statusCode()).isEqualTo(202);
    assertThat(submitted.body()).isEqualTo("{\"id\":\"run-1\"}");
    assertThat(submitted.headers().firstValue("Location")).hasValue("/api/v1/runs/run-1");
    JsonNode run = json(send("GET", "/api/v1/runs/run-1", null));
    assertThat(run.path("input").path("price").decimalValue()).isEqualByComparingTo("1.1");
    assertThat(run.path("labels").path("team").asText()).isEqualTo("blue");
    assertThat(run.path("endedAt").isNull()).isTrue();
  }

  @Test
  void takesAnEmptyBodyAsAnEmptyInput() throws Exception {
    send("PUT", "/api/v1/flows/weather", FLOW);

    assertThat(send("POST", "/api/v1/flows/weather/runs", "").statusCode()).isEqualTo(202);
    assertThat(json(send("GET", "/api/v1/runs/run-1", null)).path("input").toString())
        .isEqualTo("{}");
  }

  @Test
  void givesTheSameRunForTheSameIdempotencyKey() throws Exception {
    send("PUT", "/api/v1/flows/weather", FLOW);
    String path = "/api/v1/flows/weather/runs";

    String first = send("POST", path, "{}", "Idempotency-Key", "k").body();

    assertThat(send("POST", path, "{}", "Idempotency-Key", "k").body()).isEqualTo(first);
    assertThat(send("POST", path, "{}", "Idempotency-Key", "other").body()).isNotEqualTo(first);
    problem(400, send("POST", path, "{}", "Idempotency-Key", "k".repeat(257)));
  }

  @Test
  void refusesASubmissionThatIsNotJsonNamingThePlace() throws Exception {
    JsonNode problem = problem(400, send("POST", "/api/v1/flows/weather/runs", "{\"input\":\n  ]"));

    assertThat(problem.path("problems").get(0).path("line").asInt()).isEqualTo(2);
    assertThat(problem.path("problems").get(0).path("column").asInt()).isPositive();
    problem(400, send("POST", "/api/v1/flows/weather/runs", "{} {}"));
    problem(400, send("POST", "/api/v1/flows/weather/runs", "{\"input\":1,\"input\":2}"));
  }

  @Test
  void refusesUnknownKeysAndWrongTypesOfASubmissionTogether() throws Exception {
    JsonNode problem =
        problem(
            422,
            send("POST", "/api/v1/flows/weather/runs", "{\"inptu\": {}, \"labels\": {\"n\": 1}}"));

    assertThat(problem.path("problems").findValuesAsText("path"))
        .containsExactly("inptu", "labels.n");
    problem(422, send("POST", "/api/v1/flows/weather/runs", "[]"));
  }

  @Test
  void listsRunsNewestFirstInPartsAndFiltered() throws Exception {
    send("PUT", "/api/v1/flows/weather", FLOW);
    for (int i = 0; i < 3; i++) {
      send("POST", "/api/v1/flows/weather/runs", "{}");
    }

    JsonNode first = json(send("GET", "/api/v1/runs?limit=2&status=queued", null));
    JsonNode rest =
        json(send("GET", "/api/v1/runs?cursor=" + first.path("nextCursor").asText(), null));

    assertThat(first.path("items").findValuesAsText("id")).containsExactly("run-3", "run-2");
    assertThat(rest.path("items").findValuesAsText("id")).containsExactly("run-1");
    assertThat(rest.path("nextCursor").isNull()).isTrue();
    assertThat(json(send("GET", "/api/v1/runs?flow=other", null)).path("items")).isEmpty();
  }

  @Test
  void refusesParametersThatItDoesNotKnow() throws Exception {
    problem(400, send("GET", "/api/v1/runs?stauts=FAILED", null));
    problem(400, send("GET", "/api/v1/runs?status=BROKEN", null));
    problem(400, send("GET", "/api/v1/runs?limit=1001", null));
    problem(400, send("GET", "/api/v1/runs?limit=many", null));
    problem(400, send("GET", "/api/v1/runs?cursor=nonsense", null));
    problem(400, send("GET", "/api/v1/runs?partitions=some", null));
  }

  @Test
  void answersFromThisRunnerOnlyWhenAskedTo() throws Exception {
    send("PUT", "/api/v1/flows/weather", FLOW);
    send("POST", "/api/v1/flows/weather/runs", "{}");

    problem(404, send("GET", "/api/v1/runs/run-1?local=true", null));
    assertThat(json(send("GET", "/api/v1/runs?partitions=0,3", null)).path("items")).isEmpty();
  }

  @Test
  void saysWhatDoesNotExist() throws Exception {
    assertThat(problem(404, send("GET", "/api/v1/nothing", null)).path("detail").asText())
        .contains("/api/v1/nothing");
    problem(404, send("GET", "/api/v1/runs/none", null));
    problem(404, send("GET", "/api/v1/flows/none", null));
    problem(404, send("POST", "/api/v1/flows/none/runs", "{}"));
  }

  @Test
  void saysWhichMethodsAPathTakes() throws Exception {
    HttpResponse<String> response = send("DELETE", "/api/v1/flows/weather", null);

    problem(405, response);
    assertThat(response.headers().firstValue("Allow").orElse("")).contains("GET", "PUT");
  }

  @Test
  void refusesBodiesThatAreTooLongWhetherAnnouncedOrNot() throws Exception {
    byte[] body = ("{\"input\":\"" + "x".repeat(2_000) + "\"}").getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.baseUri().resolve("/api/v1/flows/weather/runs"));

    problem(
        413, send("POST", "/api/v1/flows/weather/runs", new String(body, StandardCharsets.UTF_8)));
    problem(
        413,
        client.send(
            request
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build(),
            BodyHandlers.ofString()));
  }

  @Test
  void refusesOtherContentTypes() throws Exception {
    problem(415, send("PUT", "/api/v1/flows/weather", FLOW, "Content-Type", "application/xml"));
    problem(415, send("POST", "/api/v1/flows/weather/runs", "{}", "Content-Type", "text/plain"));
  }

  @Test
  void refusesChangesThatPagesOfOtherSitesAskFor() throws Exception {
    problem(403, send("PUT", "/api/v1/flows/weather", FLOW, "Origin", "https://elsewhere.example"));
    assertThat(
            send("PUT", "/api/v1/flows/weather", FLOW, "Origin", api.baseUri().toString())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void tellsClientsToComeBackWhileKafkaDoesNotAnswer() throws Exception {
    runs.failWith(() -> new UnavailableException("Kafka did not take it", null));

    HttpResponse<String> response = send("GET", "/api/v1/runs", null);

    assertThat(problem(503, response).path("detail").asText()).isEqualTo("Kafka did not take it");
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void hidesAnErrorOfItsOwnBehindAReference() throws Exception {
    runs.failWith(() -> new IllegalStateException("a secret"));

    HttpResponse<String> response = send("GET", "/api/v1/flows", null);

    assertThat(problem(500, response).path("detail").asText()).contains("reference");
    assertThat(response.body()).doesNotContain("secret", "IllegalState");
  }

  @Test
  void answersRequestsThatNoRouteSeesWithProblemsToo() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer)
          .startsWith("HTTP/1.1 400")
          .contains("application/problem+json", "\"status\":400");
    }
  }

  @Test
  void isReadyWhenTheEngineIs() throws Exception {
    assertThat(send("GET", "/health/ready", null).statusCode()).isEqualTo(200);
    runs.setReadiness(Readiness.RESTORING);
    HttpResponse<String> restoring = send("GET", "/health/ready", null);
    problem(503, restoring);
    assertThat(json(restoring).path("detail").asText()).startsWith("restoring");
    runs.setHindrance("no space is left");
    assertThat(json(send("GET", "/health/ready", null)).path("detail").asText())
        .startsWith("restoring")
        .endsWith("; no space is left");
    assertThat(send("GET", "/health/live", null).statusCode()).isEqualTo(200);
  }

  @Test
  void listsPools() throws Exception {
    JsonNode pools = json(send("GET", "/api/v1/pools", null));
    JsonNode worker = pools.path("items").get(0);

    assertThat(worker.path("worker").asText()).isEqualTo("small-host-abc123");
    assertThat(worker.path("class").asText()).isEqualTo("small");
    assertThat(worker.path("labels").path("zone").asText()).isEqualTo("a");
    JsonNode small = pools.path("classes").get(1);
    assertThat(small.path("class").asText()).isEqualTo("small");
    assertThat(small.path("lag").asInt()).isEqualTo(30);
    assertThat(small.path("drainSeconds").asDouble()).isEqualTo(60);
    assertThat(pools.path("classes").get(0).path("drainSeconds").isNull()).isTrue();
  }

  @Test
  void listsWhatIsMissingPartByPart() throws Exception {
    runs.put(
        Runs.run("run-1", "weather", 1, "RUNNING")
            .missing("NO_WORKERS", "main", "fetch", 1)
            .missing("RUN_OVERDUE", null, null, 2)
            .view());

    JsonNode all = json(send("GET", "/api/v1/missing", null));
    assertThat(all.path("items")).hasSize(2);
    JsonNode flag = all.path("items").get(0);
    assertThat(flag.path("runId").asText()).isEqualTo("run-1");
    assertThat(flag.path("class").asText()).isEqualTo("large");
    assertThat(flag.path("since").asText()).isEqualTo("2026-11-24T10:00:01.000Z");
    assertThat(all.path("nextCursor").isNull()).isTrue();

    JsonNode part = json(send("GET", "/api/v1/missing?limit=1", null));
    String rest = "/api/v1/missing?limit=1&cursor=" + part.path("nextCursor").asText();
    assertThat(json(send("GET", rest, null)).path("items").get(0).path("reason").asText())
        .isEqualTo("RUN_OVERDUE");
    assertThat(json(send("GET", "/api/v1/missing?reason=no_workers", null)).path("items"))
        .hasSize(1);
    assertThat(json(send("GET", "/api/v1/missing?class=small", null)).path("items")).isEmpty();
    assertThat(json(send("GET", "/api/v1/missing?flow=other", null)).path("items")).isEmpty();
    assertThat(json(send("GET", "/api/v1/missing?partitions=0,3", null)).path("items")).isEmpty();
    assertThat(problem(400, send("GET", "/api/v1/missing?reason=LATE", null)).toString())
        .contains("LATE", "NO_WORKERS");
  }

  @Test
  void measuresRequestsByRouteAndNotByPath() throws Exception {
    send("GET", "/api/v1/runs/none", null);

    assertThat(send("GET", "/metrics", null).body())
        .contains("http_server_requests_seconds_count", "uri=\"/api/v1/runs/{id}\"")
        .doesNotContain("runs/none");
  }

  @Test
  void describesEveryRouteAndNoOther() throws Exception {
    JsonNode document = json(send("GET", "/openapi.json", null));
    List<String> described = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method -> {
                if (!method.equals("parameters")) {
                  described.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                }
              });
    }

    assertThat(document.path("openapi").asText()).startsWith("3.1");
    assertThat(new TreeSet<>(described)).isEqualTo(new TreeSet<>(api.routes()));
    for (String ref : document.findValuesAsText("$ref")) {
      assertThat(document.at(ref.substring(1)).isMissingNode()).as(ref).isFalse();
    }
  }

  @Test
  void letsARequestUnderWayEndWhenItStops() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    runs.failWith(
        () -> {
          arrived.countDown();
          return await(proceed) ? null : new IllegalStateException("never told to go on");
        });
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            HttpRequest.newBuilder(URI.create(api.baseUri() + "/api/v1/flows")).build(),
            BodyHandlers.ofString());
    assertThat(await(arrived)).isTrue();

    CompletableFuture<Void> stopped = CompletableFuture.runAsync(api::close);
    CompletableFuture.delayedExecutor(1_500, TimeUnit.MILLISECONDS).execute(proceed::countDown);

    assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    stopped.get(60, TimeUnit.SECONDS);
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void saysThatAPortIsTaken() {
    assertThatThrownBy(() -> HttpApi.start(runs, api.port(), meters))
        .isInstanceOf(PortUnavailableException.class)
        .hasMessageContaining("127.0.0.1:" + api.port());
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api.baseUri() + path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode problem(int status, HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode problem = json(response);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).isNotEmpty();
    return problem;
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return ApiJson.mapper().readTree(response.body());
  }
}
