package io.tierflow.worker.handlers;

import static io.tierflow.worker.handlers.Attempt.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HttpHandlersTest {

  private final HttpGetHandler get = new HttpGetHandler();
  private final HttpPostHandler post = new HttpPostHandler();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private String base;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    base = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(String path, int status, String type, String body, String... header) {
    server.createContext(path, exchange -> reply(exchange, status, type, body, header));
  }

  private void reply(HttpExchange exchange, int status, String type, String body, String... header)
      throws IOException {
    try (exchange) {
      String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      requests.add(
          "%s %s %s key=%s unit=%s"
              .formatted(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI(),
                  sent,
                  exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                  exchange.getRequestHeaders().getFirst("X-Unit")));
      exchange.getResponseHeaders().set("Content-Type", type);
      for (int i = 0; i < header.length; i += 2) {
        exchange.getResponseHeaders().set(header[i], header[i + 1]);
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Test
  void returnsTheParsedBodyOfAJsonResponse() throws Exception {
    answer("/now", 200, "application/json; charset=utf-8", "{\"t\": 21.5}");

    assertThat(
            Attempt.with("{'url': '%s/now', 'headers': {'X-Unit': 'C'}}", base)
                .run(get, json("null")))
        .isEqualTo(json("{'t': 21.5}"));
    assertThat(requests).containsExactly("GET /now  key=null unit=C");
  }

  @Test
  void returnsOtherBodiesAsTextAndAnEmptyOneAsNull() throws Exception {
    answer("/csv", 200, "text/csv", "a,b\n1,2\n");
    answer("/none", 204, "text/plain", "");

    assertThat(Attempt.with("{'url': '%s/csv'}", base).run(get, json("null")).textValue())
        .isEqualTo("a,b\n1,2\n");
    assertThat(Attempt.with("{'url': '%s/none'}", base).run(get, json("null")).isNull()).isTrue();
  }

  @Test
  void sendsItsInputWithTheTasksKeyWhenPostingAndPutting() throws Exception {
    answer("/in", 201, "application/json", "{\"id\": 7}");
    Attempt attempt = Attempt.with("{'url': '%s/in'}", base);

    assertThat(attempt.run(post, json("{'v': 1}"))).isEqualTo(json("{'id': 7}"));
    assertThat(attempt.run(new HttpPutHandler(), json("[2]"))).isEqualTo(json("{'id': 7}"));

    assertThat(requests)
        .containsExactly(
            "POST /in {\"v\":1} key=run-1/report/step unit=null",
            "PUT /in [2] key=run-1/report/step unit=null");
  }

  @Test
  void escapesWhatThePathTakesFromTheInputButNotItsBeginning() throws Exception {
    answer("/", 200, "application/json", "1");
    JsonNode input = json("{'base': '%s', 'city': 'São/../Paulo?x'}", base);

    Attempt.with("{'url': '{input.base}/c/{input.city}'}").run(get, input);

    assertThat(requests).containsExactly("GET /c/S%C3%A3o%2F..%2FPaulo%3Fx  key=null unit=null");
  }

  @Test
  void doesNotTryAgainWhatTheServerRefuses() {
    answer("/gone", 404, "text/plain", "no such city");

    Failure failure = Attempt.with("{'url': '%s/gone?token=1'}", base).failure(get, json("null"));

    assertThat(failure.kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(failure.permanent()).isTrue();
    assertThat(failure.message())
        .isEqualTo("http-get: GET " + base + "/gone?…: expected status 2xx, found 404");
    assertThat(failure.detail()).isEqualTo("no such city");
  }

  @Test
  void takesAnotherStatusWhenItIsExpected() throws Exception {
    answer("/gone", 404, "application/json", "null");

    assertThat(
            Attempt.with("{'url': '%s/gone', 'expect': [200, 404]}", base)
                .run(get, json("null"))
                .isNull())
        .isTrue();
  }

  @Test
  void mayTryAgainAfterAServersErrorAndAsLateAsItAsks() {
    answer("/broken", 500, "text/plain", "");
    answer("/busy", 429, "text/plain", "", "Retry-After", "7");
    answer("/down", 503, "text/plain", "", "Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT");
    HttpGetHandler then = new HttpGetHandler(() -> Instant.parse("2026-10-21T07:27:30Z"));

    Failure broken = Attempt.with("{'url': '%s/broken'}", base).failure(get, json("null"));
    Failure busy = Attempt.with("{'url': '%s/busy'}", base).failure(get, json("null"));
    Failure down = Attempt.with("{'url': '%s/down'}", base).failure(then, json("null"));

    assertThat(broken.permanent()).isFalse();
    assertThat(broken.retryAfter()).isEmpty();
    assertThat(busy.permanent()).isFalse();
    assertThat(busy.retryAfter()).contains(Duration.ofSeconds(7));
    assertThat(down.retryAfter()).contains(Duration.ofSeconds(30));
  }

  @Test
  void namesTheUrlItCannotReach() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Failure failure =
        Attempt.with("{'url': 'http://127.0.0.1:%d/a'}", port).failure(get, json("null"));

    assertThat(failure.message())
        .isEqualTo("http-get: GET http://127.0.0.1:" + port + "/a: cannot connect");
    assertThat(failure.permanent()).isFalse();
  }

  @Test
  void sendsAgainWhatIsSafeToSendAgain() throws Exception {
    AtomicInteger troubles = new AtomicInteger(2);
    server.createContext(
        "/gateway",
        exchange -> {
          boolean well = troubles.getAndDecrement() <= 0;
          reply(exchange, well ? 200 : 502, "application/json", "1");
        });
    String with = "{'url': '%s/gateway', 'try-again-after': '1ms', 'tries': %d}";

    assertThat(Attempt.with(with, base, 3).run(get, json("null"))).isEqualTo(json("1"));
    assertThat(requests).hasSize(3);

    requests.clear();
    troubles.set(2);
    assertThat(Attempt.with(with, base, 2).failure(get, json("null")).message())
        .endsWith("/gateway: expected status 2xx, found 502");
    assertThat(requests).hasSize(2);

    requests.clear();
    troubles.set(2);
    assertThat(Attempt.with(with, base, 3).failure(post, json("null")).permanent()).isFalse();
    assertThat(requests).as("it may have done something").hasSize(1);
  }

  @Test
  void triesToConnectAgainWhateverItIsToSend() throws Exception {
    int port = server.getAddress().getPort();
    server.stop(0);
    CompletableFuture<JsonNode> posted =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Attempt.with("{'url': '%s/late', 'tries': 10}", base)
                    .run(post, json("null"));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });

    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    answer("/late", 200, "application/json", "1");
    server.start();

    assertThat(posted.get()).isEqualTo(json("1"));
    assertThat(requests).hasSize(1);
  }

  @Test
  void boundsTheSizeOfTheResponse() {
    answer("/large", 200, "text/plain", "x".repeat(100_000));

    assertThat(
            Attempt.with("{'url': '%s/large', 'max-bytes': 1000}", base)
                .failure(get, json("null"))
                .message())
        .endsWith("/large: the response is larger than 1000 bytes (with.max-bytes)");
  }

  @Test
  void givesUpWhenTheBodyDoesNotEndInTime() {
    server.createContext("/slow", this::beginAndHang);

    assertThat(
            Attempt.with("{'url': '%s/slow', 'timeout': '500ms'}", base)
                .failure(get, json("null"))
                .message())
        .endsWith("/slow: no full response within 500ms");
  }

  @Test
  void endsWhenInterrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.createContext(
        "/slow",
        exchange -> {
          asked.countDown();
          beginAndHang(exchange);
        });
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Attempt attempt = Attempt.with("{'url': '%s/slow', 'timeout': '1h'}", base);
    Thread slot =
        new Thread(
            () -> {
              try {
                attempt.run(get, json("null"));
              } catch (Exception e) {
                outcome.set(e);
              }
            });
    slot.start();
    asked.await();

    slot.interrupt();
    slot.join(Duration.ofSeconds(60).toMillis());

    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void saysThatAJsonResponseIsBroken() {
    answer("/bad", 200, "application/json", "<html>oops</html>");

    assertThat(Attempt.with("{'url': '%s/bad'}", base).failure(get, json("null")).message())
        .endsWith("the response says application/json but is no JSON: <html>oops</html>");
  }

  @Test
  void refusesWrongConfigurationNamingTheKey() {
    assertThat(Attempt.with("{}").failure(get, json("null")))
        .isEqualTo(
            Failure.of(
                FailureKind.INVALID_INPUT, "http-get: with.url: expected a text, found nothing"));
    assertThat(Attempt.with("{'url': 'ftp://u:p@h'}").failure(get, json("null")).message())
        .isEqualTo(
            "http-get: with.url: expected a URL such as https://host/path, without user or"
                + " password, found 'ftp://…@h'");
    assertThat(Attempt.with("{'url': '{input.a.b}'}").failure(get, json("{'a': 1}")).message())
        .isEqualTo(
            "http-get: with.url: expected {input.a.b} to be a text, number or boolean of the"
                + " input, found no such field");
    assertThat(Attempt.with("{'url': '{env}'}").failure(get, json("{}")).message())
        .contains("found {env}");
    assertThat(Attempt.with("{'url': '%s', 'timeout': 5}", base).failure(get, json("{}")).message())
        .isEqualTo(
            "http-get: with.timeout: expected a duration such as 500ms, 1.5s, 10m or 2h, found 5");
    assertThat(
            Attempt.with("{'url': '%s', 'headers': {'Host': 'x'}}", base)
                .failure(get, json("{}"))
                .message())
        .contains("with.headers: expected names of headers that a request may set, found 'Host'");
  }

  private void beginAndHang(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('x');
      exchange.getResponseBody().flush();
      over.await();
    } catch (InterruptedException e) {
      // The test has ended.
      Thread.currentThread().interrupt();
    }
  }
}
