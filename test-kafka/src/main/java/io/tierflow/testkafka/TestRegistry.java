package io.tierflow.testkafka;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A schema registry that takes every schema and can be away for a while. Thread-safe. */
public final class TestRegistry implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer http;
  private final List<String> schemas = new ArrayList<>(); // guarded by this; the id is the index
  private final AtomicInteger refusals = new AtomicInteger();
  private volatile boolean away;
  private volatile boolean refusing;

  /** Starts one on a free port of this machine. */
  public TestRegistry() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::handle);
    http.start();
  }

  /** The settings of a codec that uses it. */
  public Map<String, String> settings() {
    return Map.of(
        "schema.registry.url",
        "http://127.0.0.1:" + http.getAddress().getPort(),
        "auto.register.schemas",
        "true");
  }

  /** Answers no from now on. */
  public void refuse() {
    refusing = true;
  }

  /** Answers nothing but 503 from now on. */
  public void goAway() {
    away = true;
  }

  /** Answers again. */
  public void comeBack() {
    away = false;
  }

  /** How often it was asked while it was away. */
  public int refusals() {
    return refusals.get();
  }

  @Override
  public void close() {
    http.stop(0);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (away) {
        refusals.incrementAndGet();
        answer(exchange, 503, "{}");
      } else if (refusing) {
        answer(exchange, 403, "{\"message\": \"not yours\"}");
      } else if (exchange.getRequestMethod().equals("POST")) {
        String schema = JSON.readTree(body).path("schema").asText();
        if (!schemas.contains(schema)) {
          schemas.add(schema);
        }
        answer(exchange, 200, "{\"id\": " + schemas.indexOf(schema) + "}");
      } else {
        String path = exchange.getRequestURI().getPath();
        int id = Integer.parseInt(path.substring("/schemas/ids/".length()));
        answer(exchange, 200, JSON.createObjectNode().put("schema", schemas.get(id)).toString());
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
