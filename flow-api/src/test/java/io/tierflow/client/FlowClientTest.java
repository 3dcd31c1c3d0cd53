package io.tierflow.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tierflow.flow.Flow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowClientTest {

  private static final JsonNode INPUT = JsonNodeFactory.instance.objectNode().put("n", 1);

  private static final Answer NO_ANSWER = new Answer(0, "");

  private record Answer(int status, String body) {}

  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private FlowClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    client = FlowClient.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
            + (key == null ? "" : " key=" + key));
    Answer answer = answers.remove();
    if (answer.equals(NO_ANSWER)) {
      exchange.close();
      return;
    }
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String run(String state) {
    return "{\"id\":\"r1\",\"flow\":\"f\",\"version\":1,\"state\":\"" + state + "\",\"new\":1}";
  }

  @Test
  void appliesAFlow() {
    answers.add(
        new Answer(
            200,
            "{\"name\":\"f\",\"version\":3,\"appliedAt\":\"2026-11-24T15:00:00.120Z\","
                + "\"definition\":{\"flow\":\"f\"}}"));
    Flow flow =
        Flow.named("f").pipeline("p", p -> p.stage("s").handler("echo").on("small")).build();

    FlowView view = client.apply(flow);

    assertThat(view.version()).isEqualTo(3);
    assertThat(view.appliedAt()).isEqualTo(Instant.parse("2026-11-24T15:00:00.120Z"));
    assertThat(requests)
        .containsExactly(
            "PUT /api/v1/flows/f {\"flow\":\"f\",\"pipelines\":{\"p\":{\"stages\":[{\"stage\":\"s\","
                + "\"handler\":\"echo\",\"class\":\"small\"}]}}}");
  }

  @Test
  void submitsARunWithItsLabelsAndKey() {
    answers.add(new Answer(202, "{\"id\":\"r1\"}"));

    assertThat(client.submit("my flow", INPUT, Map.of("a", "b"), Optional.of("k1")))
        .isEqualTo("r1");
    assertThat(requests)
        .containsExactly(
            "POST /api/v1/flows/my%20flow/runs {\"input\":{\"n\":1},\"labels\":{\"a\":\"b\"}}"
                + " key=k1");
  }

  @Test
  void listsDeadLettersOfASelection() {
    answers.add(
        new Answer(
            200,
            "{\"items\":[{\"id\":\"1-2\",\"runId\":\"r1\",\"class\":\"small\",\"attempts\":2,"
                + "\"failure\":{\"kind\":\"TIMED_OUT\"},\"input\":{\"n\":1},\"inputInline\":true}],"
                + "\"nextCursor\":\"c2\"}"));

    Page<DeadLetterView> page =
        client.deadLetters(
            DeadLetterQuery.of(
                    DeadLetterSelection.all()
                        .ofFlow("f")
                        .atStage("p/s")
                        .withError("TIMED_OUT")
                        .withMessage("a+b")
                        .since(Instant.parse("2026-11-24T15:00:00Z"))
                        .until(Instant.parse("2026-11-24T16:00:00Z"))
                        .ofRun("r1"))
                .from("c1")
                .atMost(5));

    assertThat(page.items())
        .singleElement()
        .satisfies(letter -> assertThat(letter.input()).isEqualTo(INPUT))
        .satisfies(letter -> assertThat(letter.resourceClass()).isEqualTo("small"));
    assertThat(page.nextCursor()).isEqualTo("c2");
    assertThat(requests)
        .containsExactly(
            "GET /api/v1/dead-letters?error=TIMED_OUT&flow=f&message=a%2Bb&runId=r1"
                + "&since=2026-11-24T15%3A00%3A00Z&stage=p%2Fs&until=2026-11-24T16%3A00%3A00Z"
                + "&cursor=c1&limit=5 ");
  }

  @Test
  void showsADeadLetterOrNone() {
    answers.add(new Answer(200, "{\"id\":\"1-2\"}"));
    answers.add(new Answer(404, "{\"detail\":\"no such dead letter\"}"));

    assertThat(client.deadLetter("1-2")).map(DeadLetterView::id).contains("1-2");
    assertThat(client.deadLetter("1-3")).isEmpty();
  }

  @Test
  void replaysASelectionWithItsChangesInParts() {
    String answer =
        "{\"items\":[{\"deadLetter\":\"1-2\",\"runId\":\"r1\",\"stage\":\"p/s\","
            + "\"replayRunId\":\"r2\",\"skipped\":null}],\"nextCursor\":\"c2\"}";
    answers.add(new Answer(200, answer));
    answers.add(new Answer(200, answer));
    DeadLetterReplay replay =
        DeadLetterReplay.of(DeadLetterSelection.all().ofFlow("f"))
            .onClass("large")
            .withInput(INPUT)
            .atMost(20);

    assertThat(client.replayDeadLetters(replay).items())
        .containsExactly(new ReplayedLetter("1-2", "r1", "p/s", "r2", null));
    client.replayDeadLetters(replay.asDryRun().from("c2"));
    assertThat(requests)
        .containsExactly(
            "POST /api/v1/dead-letters/replay {\"flow\":\"f\",\"class\":\"large\","
                + "\"input\":{\"n\":1},\"dryRun\":false,\"limit\":20}",
            "POST /api/v1/dead-letters/replay {\"flow\":\"f\",\"class\":\"large\","
                + "\"input\":{\"n\":1},\"cursor\":\"c2\",\"dryRun\":true,\"limit\":20}");
  }

  @Test
  void listsRunsByFilterAndCursor() {
    answers.add(new Answer(200, "{\"items\":[" + run("RUNNING") + "],\"nextCursor\":\"c2\"}"));

    Page<RunSummary> page =
        client.runs(RunQuery.all().ofFlow("f").in("RUNNING").from("c1").atMost(5));

    assertThat(page.items()).extracting(RunSummary::id).containsExactly("r1");
    assertThat(page.nextCursor()).isEqualTo("c2");
    assertThat(requests)
        .containsExactly("GET /api/v1/runs?flow=f&status=RUNNING&cursor=c1&limit=5 ");
  }

  @Test
  void listsWhatIsMissing() {
    answers.add(
        new Answer(
            200,
            "{\"items\":[{\"runId\":\"r\",\"flow\":\"f\",\"reason\":\"NO_WORKERS\",\"pipeline\":\"p\","
                + "\"stage\":\"s\",\"index\":3,\"class\":\"large\",\"attempt\":1,"
                + "\"since\":\"2026-11-24T10:00:00.000Z\",\"action\":\"waits\"}],\"nextCursor\":null}"));

    Page<MissingCompletion> page =
        client.missing(
            MissingQuery.all().ofFlow("f").becauseOf("NO_WORKERS").on("large").from("c").atMost(5));

    assertThat(page.items().get(0).place()).isEqualTo("p/s/3");
    assertThat(requests)
        .containsExactly(
            "GET /api/v1/missing?flow=f&reason=NO_WORKERS&class=large&cursor=c&limit=5 ");
  }

  @Test
  void whatIsNotThereIsEmpty() {
    answers.add(new Answer(404, "{\"title\":\"Not found\"}"));
    answers.add(new Answer(404, ""));

    assertThat(client.flow("f")).isEmpty();
    assertThat(client.run("r")).isEmpty();
  }

  @Test
  void tellsWhyTheRunnerRefused() {
    answers.add(
        new Answer(
            422,
            "{\"type\":\"about:blank\",\"title\":\"Invalid flow\",\"status\":422,\"detail\":\"1"
                + " problem\",\"problems\":[{\"source\":\"f\",\"line\":2,\"column\":3,\"path\":\"a\","
                + "\"found\":\"x\",\"expected\":\"y\",\"message\":\"f:2:3: a: found x, expected"
                + " y\"}]}"));

    ProblemException e =
        catchThrowableOfType(ProblemException.class, () -> client.apply("f", "flow: f"));

    assertThat(e.status()).isEqualTo(422);
    assertThat(e.title()).isEqualTo("Invalid flow");
    assertThat(e.problems()).singleElement().extracting("line").isEqualTo(2);
    assertThat(e).hasMessage("Invalid flow (422): 1 problem\nf:2:3: a: found x, expected y");
  }

  @Test
  void anErrorThatIsNoProblemJsonIsToldAsItCame() {
    answers.add(new Answer(502, "<html>bad gateway</html>"));

    assertThatThrownBy(() -> client.flows())
        .isInstanceOf(ProblemException.class)
        .hasMessage("HTTP 502 (502): <html>bad gateway</html>");
  }

  @Test
  void anAnswerThatIsNoJsonIsAProblem() {
    answers.add(new Answer(200, "hello"));

    assertThatThrownBy(() -> client.pools())
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("not what this client understands");
  }

  @Test
  void namesTheUrlWhereNoRunnerAnswers() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    FlowClient lost = FlowClient.of(URI.create("http://127.0.0.1:" + free));

    assertThatThrownBy(lost::flows)
        .isInstanceOf(RunnerUnreachableException.class)
        .hasMessageContaining("no runner answers at http://127.0.0.1:" + free);
  }

  @Test
  void waitsUntilTheRunHasEndedEvenWhileTheRunnerIsNotReady() throws Exception {
    answers.add(new Answer(200, run("QUEUED")));
    answers.add(new Answer(503, "{\"title\":\"Not ready\"}"));
    answers.add(new Answer(200, run("RUNNING")));
    answers.add(new Answer(200, run("FAILED")));

    assertThat(client.await("r1", Duration.ofMinutes(1)).state()).isEqualTo("FAILED");
    assertThat(requests).hasSize(4);
  }

  @Test
  void givesUpWaitingInTime() {
    for (int i = 0; i < 100; i++) {
      answers.add(new Answer(200, run("RUNNING")));
    }

    assertThatThrownBy(() -> client.await("r1", Duration.ofMillis(100)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("r1 is still RUNNING");
  }

  @Test
  void waitsForARunThatIsNotVisibleYetAndForARunnerThatRestartsMeanwhile() throws Exception {
    answers.add(new Answer(404, ""));
    answers.add(new Answer(503, "{\"title\":\"Not ready\"}"));
    answers.add(NO_ANSWER);
    answers.add(new Answer(404, ""));
    answers.add(new Answer(200, run("SUCCEEDED")));

    assertThat(client.await("r1", Duration.ofMinutes(1)).state()).isEqualTo("SUCCEEDED");
  }

  @Test
  void waitsNoMinuteLongerForARunThatIsNotThere() {
    Instant begin = Instant.parse("2026-11-24T15:00:00Z");
    AtomicInteger asked = new AtomicInteger();
    FlowClient hurried =
        FlowClient.of(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
            HttpClient.newHttpClient(),
            Duration.ofSeconds(30),
            () -> begin.plusSeconds(10L * asked.getAndIncrement()));
    for (int i = 0; i < 100; i++) {
      answers.add(new Answer(404, ""));
    }

    assertThatThrownBy(() -> hurried.await("r9", Duration.ofDays(1)))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("no run r9");
  }

  @Test
  void saysThatNoRunnerAnsweredWhenTheTimeForTheRunIsUp() {
    server.stop(0);

    assertThatThrownBy(() -> client.await("r1", Duration.ofMillis(100)))
        .isInstanceOf(RunnerUnreachableException.class);
  }
}
