package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tierflow.runner.cli.Tierflow.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemasCommandTest {

  @TempDir private Path folder;

  private final Set<String> subjects = new ConcurrentSkipListSet<>();
  private final Set<String> refused = new ConcurrentSkipListSet<>();
  private HttpServer registry;
  private Path settings;

  @BeforeEach
  void startRegistry() throws IOException {
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext("/subjects/", this::answer);
    registry.start();
    settings = folder.resolve("kafka.properties");
    Files.writeString(
        settings, "schema.registry.url=http://127.0.0.1:" + registry.getAddress().getPort());
  }

  @AfterEach
  void stopRegistry() {
    registry.stop(0);
  }

  @Test
  void registersEveryTopicOnceAndTheCheckFindsThem() throws Exception {
    assertThat(schemas("check").exitCode()).isEqualTo(1);

    Ended registered = schemas("register", "--json");

    assertThat(registered.exitCode()).isZero();
    List<String> told = new ArrayList<>();
    for (JsonNode item : registered.json().path("items")) {
      told.add(item.path("subject").asText());
    }
    assertThat(told)
        .contains(
            "tierflow.commands-value",
            "tierflow.tasks.large-value",
            "tierflow.tasks.small-value",
            "tierflow.workers-value")
        .containsExactlyInAnyOrderElementsOf(subjects);
    assertThat(schemas("check").exitCode()).isZero();
  }

  @Test
  void tellsEverySubjectThatIsRefusedAndRegistersTheOthers() {
    refused.add("tierflow.errors-value");
    refused.add("tierflow.tasks.small-value");

    Ended ended = schemas("register");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.errLines())
        .hasSize(2)
        .anyMatch(line -> line.contains("tierflow.errors-value"))
        .anyMatch(line -> line.contains("tierflow.tasks.small-value"));
    assertThat(subjects).contains("tierflow.commands-value", "tierflow.tasks.large-value");
  }

  @Test
  void saysThatTheSettingsNameNoRegistry() throws IOException {
    Files.writeString(settings, "acks=all");

    Ended ended = schemas("register");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .isEqualToIgnoringNewLines(
            settings + ": found no schema.registry.url, expected the registry's address");
  }

  @Test
  void saysThatTheRegistryCannotBeReached() {
    registry.stop(0);

    assertThat(schemas("register").exitCode()).isEqualTo(3);
  }

  private Ended schemas(String command, String... more) {
    List<String> line = new ArrayList<>(List.of("schemas", command));
    line.addAll(List.of("--kafka-config", settings.toString()));
    line.addAll(List.of("--class", "small", "--class", "large"));
    line.addAll(List.of(more));
    return Tierflow.bare(line.toArray(String[]::new));
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    String subject = path[2];
    if (refused.contains(subject)) {
      send(exchange, 409, "{\"error_code\":409,\"message\":\"incompatible\"}");
    } else if (path.length > 3) { // …/versions registers
      subjects.add(subject);
      send(exchange, 200, "{\"id\":7}");
    } else if (subjects.contains(subject)) {
      send(exchange, 200, "{\"id\":7}");
    } else {
      send(exchange, 404, "{\"error_code\":40401,\"message\":\"no subject\"}");
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
