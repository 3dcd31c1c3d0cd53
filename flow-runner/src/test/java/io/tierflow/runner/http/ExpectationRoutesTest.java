package io.tierflow.runner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierflow.client.ApiJson;
import io.tierflow.client.CompletionRequest;
import io.tierflow.client.ExpectationRequest;
import io.tierflow.client.ExpectationView;
import io.tierflow.client.FlowClient;
import io.tierflow.client.MissingQuery;
import io.tierflow.client.ProblemException;
import io.tierflow.runner.InMemoryRuns;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpectationRoutesTest {

  private static final String ALL = "/api/v1/expectations";

  private final InMemoryRuns runs = new InMemoryRuns();
  private final HttpClient http = HttpClient.newHttpClient();
  private HttpApi api;
  private FlowClient client;

  @BeforeEach
  void start() {
    api = HttpApi.start(runs, 0, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    client = FlowClient.of(api.baseUri());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void whatIsNewIsCreatedAndWhatWasThereIsReplaced() throws Exception {
    String backup = "{\"name\":\"backup\",\"cron\":\"0 2 * * *\",\"zone\":\"Europe/Berlin\"}";
    HttpResponse<String> created = send("POST", ALL, backup);

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.headers().firstValue("Location")).contains(ALL + "/backup");
    JsonNode view = ApiJson.mapper().readTree(created.body());
    assertThat(view.path("state").asText()).isEqualTo("WAITING");
    assertThat(view.path("nextDueAt").asText()).isEqualTo("2026-11-25T01:00:00.000Z");
    assertThat(view.path("flaggedAt").asText()).isEqualTo("2026-11-25T02:00:00.000Z");
    assertThat(send("POST", ALL, backup).statusCode()).isEqualTo(200);
    HttpResponse<String> replaced = send("POST", ALL, "{\"name\":\"backup\",\"every\":\"1h\"}");
    assertThat(replaced.statusCode()).isEqualTo(200);
    assertThat(send("GET", ALL + "/backup", null).body()).isEqualTo(replaced.body());
  }

  @Test
  void everythingThatIsWrongIsToldWithItsFieldWhatWasFoundAndWhatIsExpected() throws Exception {
    JsonNode problem =
        problem(
            422,
            send(
                "POST",
                ALL,
                "{\"name\":\"a b\",\"every\":\"1h\",\"cron\":\"x\",\"within\":5,\"lable\":{}}"));

    assertThat(problem.path("problems")).hasSize(4);
    assertThat(problem.toString())
        .contains(
            "name: found 'a b', expected 1 to 128 letters",
            "cron: found cron beside every, expected one of due, every and cron",
            "within: found 5, expected a duration",
            "lable: found key 'lable', expected one of");
    assertThat(problem(422, send("POST", ALL, "{\"name\":\"a\"}")).path("detail").asText())
        .isEqualTo("found no due time, expected one of due, every and cron");
    assertThat(problem(422, send("POST", ALL, "{\"name\":\"a\",\"due\":\"soon\"}")).toString())
        .contains("due: found 'soon', expected a time such as");
    send("POST", ALL, "{\"name\":\"a\",\"due\":\"1h\"}");
    assertThat(
            problem(422, send("POST", ALL + "/a/completions", "{\"status\":\"DONE\"}")).toString())
        .contains("status: found 'DONE', expected one of STARTED, SUCCEEDED, FAILED");
    assertThat(
            problem(422, send("POST", ALL + "/a/completions", "{\"at\":\"2027-01-01T00:00:00Z\"}"))
                .toString())
        .contains("at: found '2027-01-01T00:00:00Z', expected a time that is not to come");
  }

  @Test
  void whatIsNotExpectedIsNotFound() throws Exception {
    assertThat(problem(404, send("POST", ALL + "/none/completions", "")).path("detail").asText())
        .isEqualTo("no such expectation: 'none' without a key");
    problem(404, send("GET", ALL + "/none?key=k", null));
    problem(404, send("DELETE", ALL + "/none", null));
    problem(400, send("GET", ALL + "?state=LATE", null));
  }

  @Test
  void theClientRegistersReportsListsAndRemoves() {
    client
        .expectations()
        .register(
            ExpectationRequest.by("export", Duration.ofMinutes(10))
                .key("order 17")
                .within(Duration.ofMinutes(1))
                .labels(Map.of("team", "ops")));
    client.expectations().register(ExpectationRequest.every("feed", Duration.ofMinutes(15)));
    runs.expectations().moveTo(InMemoryRuns.START.plus(Duration.ofMinutes(11)));

    assertThat(client.missing(MissingQuery.all()).items())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.expectation()).isEqualTo("export");
              assertThat(it.key()).isEqualTo("order 17");
              assertThat(it.reason()).isEqualTo("OVERDUE");
              assertThat(it.runId()).isNull();
            });
    assertThat(client.expectations().report("export", CompletionRequest.started().key("order 17")))
        .satisfies(it -> assertThat(it.verdict()).isEqualTo("NOTED"));
    CompletionRequest done = CompletionRequest.succeeded().key("order 17").id("1");
    assertThat(client.expectations().report("export", done).verdict()).isEqualTo("LATE");
    assertThat(client.expectations().report("export", done).verdict()).isEqualTo("LATE");
    assertThat(client.expectations().report("export", done.id("2")).verdict())
        .isEqualTo("DUPLICATE");
    assertThat(client.expectations().report("feed", CompletionRequest.failed("no")).words())
        .isEqualTo(
            "in time for what was due at 2026-11-24T10:15:00Z; the next is due at"
                + " 2026-11-24T10:26:00Z");
    assertThat(client.missing(MissingQuery.all()).items())
        .singleElement()
        .satisfies(it -> assertThat(it.action()).isEqualTo("waits for a success; said: no"));
    assertThat(client.expectations().list())
        .extracting(ExpectationView::name, ExpectationView::state)
        .containsExactly(tuple("export", "SUCCEEDED"), tuple("feed", "FAILED"));
    assertThat(client.expectations().remove("export", "order 17").labels())
        .containsEntry("team", "ops");
    assertThat(client.expectations().find("export", "order 17")).isEmpty();
    assertThatThrownBy(() -> client.expectations().complete("export"))
        .isInstanceOf(ProblemException.class);
    assertThat(
            client
                .expectations()
                .register(ExpectationRequest.by("x", Instant.parse("2026-12-01T00:00:00Z")))
                .due())
        .isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
  }

  private static JsonNode problem(int status, HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return ApiJson.mapper().readTree(answer.body());
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.baseUri().resolve(path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null && !body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
