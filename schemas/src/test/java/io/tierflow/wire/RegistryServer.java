package io.tierflow.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A small server that speaks Confluent's registry protocol, with the failures tests want. */
final class RegistryServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  final List<String> requests = new CopyOnWriteArrayList<>();
  volatile String expectedAuthorization;
  volatile int answerAlways;

  private final HttpServer http;
  private final Map<String, Integer> idBySchema = new LinkedHashMap<>();
  private final Map<String, List<String>> subjects = new LinkedHashMap<>();

  RegistryServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::handle);
    http.start();
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /** Puts a schema there as a deployment would. */
  synchronized int put(String subject, String schema) {
    List<String> versions = subjects.computeIfAbsent(subject, s -> new CopyOnWriteArrayList<>());
    if (!versions.contains(schema)) {
      versions.add(schema);
    }
    return idBySchema.computeIfAbsent(schema, s -> 70_000 + idBySchema.size());
  }

  @Override
  public void close() {
    http.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    requests.add(request);
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (answerAlways != 0) {
      answer(exchange, answerAlways, "{\"error_code\":50001,\"message\":\"as told\"}");
    } else if (expectedAuthorization != null
        && !expectedAuthorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(exchange, 401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
    } else {
      route(exchange, request, body);
    }
  }

  private synchronized void route(HttpExchange exchange, String request, String body)
      throws IOException {
    List<String> parts = List.of(exchange.getRequestURI().getPath().substring(1).split("/", -1));
    if (request.startsWith("GET /schemas/ids/")) {
      int id = Integer.parseUnsignedInt(parts.get(2));
      String schema =
          idBySchema.entrySet().stream()
              .filter(entry -> entry.getValue() == id)
              .map(Map.Entry::getKey)
              .findFirst()
              .orElse(null);
      if (schema == null) {
        answer(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
      } else {
        answer(exchange, 200, JSON.createObjectNode().put("schema", schema).toString());
      }
    } else if (request.startsWith("POST /subjects/")) {
      JsonNode schema = JSON.readTree(body).path("schema");
      if (parts.size() == 3) {
        answer(exchange, 200, "{\"id\":" + put(parts.get(1), schema.asText()) + "}");
      } else if (subjects.getOrDefault(parts.get(1), List.of()).contains(schema.asText())) {
        answer(exchange, 200, "{\"id\":" + put(parts.get(1), schema.asText()) + ",\"version\":1}");
      } else {
        answer(exchange, 404, "{\"error_code\":40401,\"message\":\"Subject not found.\"}");
      }
    } else {
      answer(exchange, 404, "<html>no such page</html>");
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
