package io.tierflow.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierflow.client.ApiJson;
import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.Runs;
import io.tierflow.runner.letters.ALetter;
import io.tierflow.schemas.FailureKind;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLetterRoutesTest {

  private final InMemoryRuns runs = new InMemoryRuns();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpApi api;

  @BeforeEach
  void start() {
    api =
        HttpApi.start(
            new HttpConfig("127.0.0.1", 0, 100_000),
            runs,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    for (String id : List.of("r1", "r2")) {
      runs.put(
          Runs.run(id, "weather", 3, "FAILED")
              .ended(10)
              .pipeline("main", "FAILED", List.of(), Runs.stage("fetch", "FAILED", "small"))
              .view());
    }
    runs.letters().add(ALetter.of("r1"));
    runs.letters().add(ALetter.of("r2").after(1).failed(FailureKind.HANDLER_ERROR, "status (500)"));
    runs.letters().add(ALetter.undecodable("r3"));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void showsATaskWithItsInputAndTheHistoryOfItsErrors() throws Exception {
    JsonNode letter = ok(get("/dead-letters/0-0"));

    assertThat(letter)
        .isEqualTo(
            ApiJson.mapper()
                .readTree(
                    """
                    {"id": "0-0", "runId": "r1", "flow": "weather", "version": 3,
                     "pipeline": "main", "stage": "fetch", "index": null, "class": "small",
                     "attempts": 2,
                     "failure": {"kind": "TIMED_OUT", "message": "too slow", "detail": null},
                     "at": "2026-11-24T10:00:00.000Z", "input": {"n": 1.10}, "inputInline": true,
                     "history": [
                       {"number": 1, "class": "small", "worker": "w1",
                        "endedAt": "2026-11-24T09:59:51.000Z",
                        "failure": {"kind": "WORKER_LOST", "message": "gone", "detail": null}},
                       {"number": 2, "class": "small", "worker": "w2",
                        "endedAt": "2026-11-24T10:00:00.000Z",
                        "failure": {"kind": "TIMED_OUT", "message": "too slow", "detail": null}}],
                     "record": null, "replayable": true}
                    """));
    assertThat(get("/dead-letters/0-0").body()).contains("{\"n\":1.10}");
  }

  @Test
  void showsARecordThatNobodyCouldDecodeAsItWas() throws Exception {
    JsonNode letter = ok(get("/dead-letters/0-2"));

    assertThat(letter.path("record"))
        .isEqualTo(
            ApiJson.mapper()
                .readTree(
                    """
                    {"topic": "tierflow.results", "partition": 2, "offset": 7, "key": "r3",
                     "bytes": "Z2FyYmFnZQ=="}
                    """));
    assertThat(letter.path("replayable").asBoolean()).isFalse();
    assertThat(letter.path("runId").asText()).isEqualTo("r3");
    assertThat(letter.path("stage").isNull()).isTrue();
  }

  @Test
  void saysThatThereIsNoSuchLetter() throws Exception {
    assertThat(problem(404, get("/dead-letters/0-9"))).isEqualTo("no such dead letter: 0-9");
    assertThat(problem(404, get("/dead-letters/x"))).isEqualTo("no such dead letter: x");
  }

  @Test
  void listsInPartsAndByEveryCriterion() throws Exception {
    assertThat(ids(get("/dead-letters"))).containsExactly("0-0", "0-1", "0-2");
    JsonNode part = ok(get("/dead-letters?limit=2"));
    assertThat(part.path("items")).hasSize(2);
    assertThat(ids(get("/dead-letters?cursor=" + part.path("nextCursor").asText())))
        .containsExactly("0-2");
    assertThat(ids(get("/dead-letters?flow=weather&stage=fetch&error=TIMED_OUT")))
        .containsExactly("0-0");
    assertThat(ids(get("/dead-letters?message=" + encoded("\\(5\\d\\d\\)"))))
        .containsExactly("0-1");
    assertThat(ids(get("/dead-letters?since=2026-11-24T10:00:01Z"))).containsExactly("0-1");
    assertThat(ids(get("/dead-letters?runId=r3"))).containsExactly("0-2");
  }

  @Test
  void refusesWhatIsNotValidAndNamesIt() throws Exception {
    assertThat(problem(400, get("/dead-letters?message=" + encoded("("))))
        .startsWith("message: found '(', expected a regular expression");
    assertThat(problem(400, get("/dead-letters?since=yesterday"))).contains("since", "yesterday");
    assertThat(problem(400, get("/dead-letters?error=BAD"))).contains("BAD", "TIMED_OUT");
    assertThat(problem(400, get("/dead-letters?kind=X"))).contains("kind", "error");
    assertThat(problem(400, get("/dead-letters?limit=1001"))).contains("1001");
    assertThat(problem(400, get("/dead-letters?cursor=zz"))).contains("cursor 'zz'");
    assertThat(problem(400, replay("{\"message\": \"(\"}")))
        .startsWith("message: found '(', expected a regular expression");
    assertThat(problem(400, get("/dead-letters?stage=a/b/c"))).contains("a/b/c", "PIPELINE/STAGE");
    HttpResponse<String> never =
        replay("{\"since\": \"2026-11-24T11:00:00Z\", \"until\": \"2026-11-24T10:00:00Z\"}");
    assertThat(problem(400, never)).contains("since", "11:00:00Z", "until", "10:00:00Z");
    JsonNode place = ApiJson.mapper().readTree(never.body()).path("problems").path(0);
    assertThat(place.path("path").asText()).isEqualTo("since");
    assertThat(place.path("expected").asText()).contains("before until");
    assertThat(problem(400, replay("{\"cursor\": \"zz\"}"))).contains("cursor 'zz'");
    assertThat(problem(422, replay("{\"clas\": \"large\"}"))).contains("clas", "class");
    assertThat(problem(422, replay("{\"class\": \"tiny\"}"))).contains("tiny", "large, small");
    assertThat(problem(422, replay("{\"dryRun\": \"yes\"}"))).contains("dryRun", "yes");
    assertThat(problem(422, replay("{\"limit\": 0}"))).contains("limit", "1 to 1000");
    assertThat(problem(422, replay("{\"flow\": 7}"))).contains("flow", "7", "a string");
    assertThat(problem(422, replay("[]"))).contains("[]", "an object");
    assertThat(runs.replayed()).isEmpty();
  }

  @Test
  void replaysASelectionOnceWithItsChanges() throws Exception {
    String body = "{\"error\": \"TIMED_OUT\", \"class\": \"large\", \"input\": {\"n\": 1.10}}";

    JsonNode first = ok(replay(body));
    JsonNode second = ok(replay(body));

    assertThat(first.toString())
        .isEqualTo(
            "{\"items\":[{\"deadLetter\":\"0-0\",\"runId\":\"r1\",\"stage\":\"main/fetch\","
                + "\"replayRunId\":\"replay-1\",\"skipped\":null,\"note\":null}],\"nextCursor\":null,"
                + "\"left\":0}");
    assertThat(second.path("items").get(0).path("replayRunId").asText()).isEqualTo("replay-1");
    assertThat(second.path("items").get(0).path("skipped").asText()).contains("sent before");
    assertThat(runs.replayed()).containsExactly("r1 [main/fetch] on large with {\"n\":1.10}");
  }

  @Test
  void replaysInPartsAndSkipsWithReasons() throws Exception {
    JsonNode dry = ok(replay("{\"dryRun\": true}"));
    assertThat(dry.path("items").findValuesAsText("skipped"))
        .containsExactly(
            "null", "null", "a record that could not be decoded holds no task to send again");
    assertThat(runs.replayed()).isEmpty();

    JsonNode part = ok(replay("{\"limit\": 1}"));
    assertThat(runs.replayed()).containsExactly("r1 [main/fetch]");
    assertThat(part.path("left").asInt()).isEqualTo(2);
    ok(replay("{\"limit\": 1, \"cursor\": \"" + part.path("nextCursor").asText() + "\"}"));
    assertThat(runs.replayed()).containsExactly("r1 [main/fetch]", "r2 [main/fetch]");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET());
  }

  private HttpResponse<String> replay(String body) throws Exception {
    return send(request("/dead-letters/replay").POST(BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(api.baseUri() + "/api/v1" + path))
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode ok(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return ApiJson.mapper().readTree(answer.body());
  }

  private static List<String> ids(HttpResponse<String> answer) throws Exception {
    return ok(answer).path("items").findValuesAsText("id");
  }

  private static String problem(int status, HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return ApiJson.mapper().readTree(answer.body()).path("detail").asText();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
