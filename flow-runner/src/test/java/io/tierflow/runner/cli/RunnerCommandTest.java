package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.RunService.Readiness;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.engine.EngineConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RunnerCommandTest {

  @TempDir private Path data;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicInteger stopped = new AtomicInteger();

  @Test
  void helpSaysWhatASignalLeaves() {
    assertThat(execute(this::engine, "--help")).isZero();
    assertThat(out.toString().lines())
        .containsSubsequence(
            "Exit codes:",
            "  1     the port cannot be bound",
            "  2     the command line or a setting is not valid",
            "  3     Kafka cannot be reached",
            "  130   stopped by SIGINT (Ctrl-C), in an orderly way",
            "  143   stopped by SIGTERM, in an orderly way");
  }

  @Test
  void saysThatKafkaCannotBeReached() {
    EngineFactory cutOff =
        (config, meters) -> {
          throw new UnavailableException("no broker answers at 127.0.0.1:1", null);
        };

    assertThat(execute(cutOff, started("0"))).isEqualTo(3);
    assertThat(err.toString().lines()).containsExactly("no broker answers at 127.0.0.1:1");
  }

  @Test
  void stopsItsEngineWhenThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(execute(this::engine, started(Integer.toString(taken.getLocalPort()))))
          .isEqualTo(1);
      assertThat(err.toString()).contains(Integer.toString(taken.getLocalPort()));
      assertThat(stopped).hasValue(1);
    }
  }

  @Test
  void refusesSettingsThatCannotBeUsed() {
    assertThat(execute(this::engine, started("70000"))).isEqualTo(2);
    assertThat(err.toString()).contains("70000").doesNotContain("\tat ");
  }

  @Test
  void answersWhileItsStateIsRestoredAndIsReadyOnlyThen() throws Exception {
    InMemoryRuns runs = new InMemoryRuns();
    runs.setReadiness(Readiness.RESTORING);
    EngineFactory restoring =
        (config, meters) -> new EngineFactory.Engine(runs, stopped::incrementAndGet);
    int port = LocalAddress.freePort("127.0.0.1");
    Thread runner =
        new Thread(() -> execute(restoring, started(Integer.toString(port))), "runner-under-test");
    runner.start();
    try {
      HttpRequest question =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready")).build();
      HttpResponse<String> answer =
          await()
              .ignoreExceptions()
              .until(
                  () -> HttpClient.newHttpClient().send(question, BodyHandlers.ofString()),
                  response -> response.statusCode() == 503);
      assertThat(answer.body()).contains("restoring");
      assertThat(out.toString()).isEmpty();

      runs.setReadiness(Readiness.READY);
      await().until(() -> out.toString().startsWith("ready http://127.0.0.1:" + port));
    } finally {
      runner.interrupt();
      runner.join();
    }
    assertThat(stopped).hasValue(1);
  }

  @Test
  void refusesAWebhookThatIsNoUrl() {
    assertThat(execute(this::engine, withWebhook("mail:me"))).isEqualTo(2);
    assertThat(err.toString()).contains("--alert-webhook", "mail:me");
  }

  @Test
  void handsTheWebhooksToItsEngine() {
    List<EngineConfig> started = new ArrayList<>();
    EngineFactory factory =
        (config, meters) -> {
          started.add(config);
          throw new UnavailableException("enough", null);
        };

    execute(factory, withWebhook("https://example.org/a"));

    assertThat(started.get(0).alertWebhooks()).containsExactly(URI.create("https://example.org/a"));
  }

  private String[] withWebhook(String url) {
    return Stream.concat(Stream.of(started("0")), Stream.of("--alert-webhook", url))
        .toArray(String[]::new);
  }

  private EngineFactory.Engine engine(EngineConfig config, MeterRegistry meters) {
    return new EngineFactory.Engine(new InMemoryRuns(), stopped::incrementAndGet);
  }

  private String[] started(String port) {
    return new String[] {
      "--bootstrap", "127.0.0.1:1", "--data", data.toString(), "--http-port", port
    };
  }

  private int execute(EngineFactory factory, String... arguments) {
    CommandLine command = new CommandLine(new RunnerCommand(factory));
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}
