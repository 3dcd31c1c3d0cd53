package io.tierflow.examples.reference;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server on a free port of the loopback interface: {@code GET /weather} gives a forecast,
 * {@code POST /reports} takes a report, once per Idempotency-Key. The query {@code takes=500ms}
 * says how long the answer takes; without it none is held back. Thread-safe.
 */
final class WeatherSource implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WeatherSource.class);
  private static final Pattern TAKES = Pattern.compile("takes=" + CostText.FORM);
  private static final String FORECAST =
      """
      {"place": "Station 1", "unit": "celsius",
       "temperatures": [11.2, 10.8, 10.5, 11.9, 14.3, 16.8, 18.1, 18.4, 17.2, 15.0, 13.1, 12.0]}
      """;

  private final HttpServer server;
  private final ExecutorService requests = Executors.newCachedThreadPool(daemons("weather-source"));
  private final Map<String, String> reports = new ConcurrentHashMap<>();

  private WeatherSource(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts a server.
   *
   * @throws IOException if the port cannot be opened
   */
  static WeatherSource start(InetAddress address) throws IOException {
    // The server sends head and body apart: without this a body may wait 40 ms for the client's
    // acknowledgement of the head. It is read once, when the server's classes are loaded.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    WeatherSource source = new WeatherSource(server);
    server.setExecutor(source.requests);
    server.createContext("/weather", source::weather);
    server.createContext("/reports", source::report);
    server.start();
    return source;
  }

  /** Where it listens, without a slash at the end. */
  String url() {
    InetSocketAddress address = server.getAddress();
    return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /** The reports that came in, by idempotency key. */
  Map<String, String> reports() {
    return Map.copyOf(reports);
  }

  @Override
  public void close() {
    server.stop(0);
    requests.shutdownNow();
  }

  private void weather(HttpExchange exchange) {
    answerLater(exchange, 200, FORECAST);
  }

  private void report(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (key == null) {
      answerLater(exchange, 400, "{\"error\": \"expected a header Idempotency-Key, found none\"}");
      return;
    }
    reports.putIfAbsent(key, body);
    answerLater(exchange, 201, "{\"accepted\": true}");
  }

  private void answerLater(HttpExchange exchange, int status, String body) {
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    Matcher matcher = TAKES.matcher(query);
    Duration delay =
        matcher.matches()
            ? CostText.parse(query.substring(query.indexOf('=') + 1)).orElseThrow()
            : Duration.ZERO;
    CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, requests)
        .execute(() -> answer(exchange, status, body));
  }

  private static void answer(HttpExchange exchange, int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      // A worker that was killed meanwhile: its task comes again.
      LOG.info("The client of {} went away: {}", exchange.getRequestURI(), e.toString());
    }
  }

  private static ThreadFactory daemons(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
