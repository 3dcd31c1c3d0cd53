package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.cli.Tierflow.Ended;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFailuresTest {

  @TempDir private Path folder;

  @Test
  void namesTheRunnerThatCannotBeReached() throws Exception {
    String url = "http://127.0.0.1:" + unusedPort();

    for (String command : new String[] {"runs", "pools", "show x", "run x", "flow list"}) {
      Ended ended = Tierflow.bare((command + " --json --runner " + url).split(" "));

      assertThat(ended.exitCode()).as(command).isEqualTo(3);
      assertThat(ended.errLines())
          .singleElement()
          .asString()
          .startsWith("cannot reach the runner at " + url + ": connection refused (--runner or ");
      assertThat(ended.json().path("detail").asText()).contains(url);
    }
  }

  @Test
  void saysThatTheHostIsUnknown() {
    Ended ended = Tierflow.bare("runs", "--runner", "http://nowhere.invalid:8080");

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.errLines())
        .singleElement()
        .asString()
        .contains("http://nowhere.invalid:8080: unknown host 'nowhere.invalid'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8080",
        "localhost",
        "ftp://host",
        "http://",
        "http://h:99999",
        "http://a b",
        "http://h?x=1",
        ""
      })
  void refusesAddressesThatAreNone(String url) throws Exception {
    Ended ended = Tierflow.bare("runs", "--json", "--runner", url);

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.errLines())
        .containsExactly(
            "--runner or TIERFLOW_RUNNER: found '"
                + url
                + "', expected a URL such as http://127.0.0.1:8080");
    assertThat(ended.json().path("detail").asText()).contains(url);
  }

  @Test
  void saysThatTheRunnerIsCutOff() throws Exception {
    try (Tierflow tierflow = new Tierflow()) {
      tierflow.runs().failWith(() -> new UnavailableException("Kafka does not answer", null));

      Ended ended = tierflow.run("runs", "--json");

      assertThat(ended.exitCode()).isEqualTo(3);
      assertThat(ended.errLines()).containsExactly("Kafka does not answer");
      assertThat(ended.json().path("status").asInt()).isEqualTo(503);
    }
  }

  @Test
  void saysThatTheRunnerHasFailed() throws Exception {
    try (Tierflow tierflow = new Tierflow()) {
      tierflow.runs().failWith(() -> new IllegalStateException("a bug for this test"));

      Ended ended = tierflow.run("runs", "--json");

      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(ended.errLines()).singleElement().asString().contains("reference");
      assertThat(ended.json().path("status").asInt()).isEqualTo(500);
    }
  }

  @Test
  void refusesAnswersThatLackWhatItNeeds() throws Exception {
    String file = Files.writeString(folder.resolve("f.yaml"), Tierflow.FLOW).toString();
    String[] commands = {
      "runs",
      "pools",
      "show x",
      "run x",
      "run x --wait",
      "flow list",
      "flow show x",
      "flow show x --yaml",
      "flow apply " + file,
      "show x --json",
      "runs --json"
    };
    for (String body : new String[] {"{}", "{\"items\":[{}]}", "{\"id\":7}", "[]", "null", "<p>"}) {
      for (String command : commands) {
        Ended ended = answered(200, body, command);

        assertThat(ended.exitCode()).as(command + " " + body).isEqualTo(3);
        assertThat(ended.errLines())
            .as(command + " " + body)
            .singleElement()
            .asString()
            .contains("http://127.0.0.1:", "no Tierflow runner");
        assertThat(ended.out().startsWith("{")).as(ended.out()).isEqualTo(command.contains("json"));
      }
    }
  }

  @Test
  void namesThePlaceThatAnAnswerLacks() throws Exception {
    Ended ended =
        answered(
            200,
            "{\"id\":\"x\",\"flow\":\"f\",\"version\":1,\"state\":\"RUNNING\","
                + "\"submittedAt\":\"2026-11-24T10:00:00.000Z\",\"missing\":[],"
                + "\"pipelines\":[{\"name\":\"main\",\"state\":7}]}",
            "show x");

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.err()).contains(": pipelines[0].state: found number, expected text");
  }

  @Test
  void refusesTimesThatAreNone() throws Exception {
    Ended ended =
        answered(
            200,
            "{\"id\":\"x\",\"flow\":\"f\",\"version\":1,\"state\":\"RUNNING\","
                + "\"submittedAt\":\"yesterday\",\"missing\":[],\"pipelines\":[]}",
            "show x");

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.errLines()).singleElement().asString().contains("yesterday", "such as 2026");
  }

  @Test
  void takesAGatewaysPageForNoRunner() throws Exception {
    assertThat(answered(502, "<html>Bad Gateway</html>", "runs").exitCode()).isEqualTo(3);
    assertThat(answered(504, "{\"detail\":\"late\"}", "runs").exitCode()).isEqualTo(3);
    assertThat(answered(404, "{}", "runs").exitCode()).isEqualTo(3);
  }

  @Test
  void answersAWrongCommandLineWithOneLineAndAHint() throws Exception {
    Ended option = Tierflow.bare("run", "weather", "--inptu", "x");
    Ended missing = Tierflow.bare("flow", "apply", "--json");
    Ended command = Tierflow.bare("rnu");

    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(option.err())
        .contains("--inptu", "--input", "see 'tierflow run --help'")
        .doesNotContain("Usage:", "\tat ");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("FILE", "see 'tierflow flow apply --help'");
    assertThat(missing.json().path("detail").asText()).contains("FILE");
    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.err()).contains("rnu", "see 'tierflow --help'");
  }

  private static Ended answered(int status, String body, String command) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(status, bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
    server.start();
    try {
      return Tierflow.bare(
          (command + " --runner http://127.0.0.1:" + server.getAddress().getPort()).split(" "));
    } finally {
      server.stop(0);
    }
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
