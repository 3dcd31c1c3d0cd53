package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.testkafka.TestRegistry;
import io.tierflow.wire.WireCodecs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command as a user starts it: a process of its own where it works, in this one where not. */
@Timeout(180)
class WorkerCommandTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void worksATaskWithAUsersHandlerThroughASchemaRegistry() throws Exception {
    HandlerJar.write(folder.resolve("handlers"), "shout");
    try (TestRegistry registry = new TestRegistry();
        Pool pool = new Pool(() -> WireCodecs.from(registry.settings()));
        ChildProcess worker =
            start(
                pool,
                "--handlers",
                folder.resolve("handlers").toString(),
                "--kafka-config",
                settings(registry.settings()))) {
      assertThat(worker.readyLine()).startsWith("ready worker small-").endsWith("slots 2");
      pool.follow();
      pool.send(Pool.task("a", "shout"));

      await().atMost(LIMIT).until(() -> pool.succeeded().contains("a"));
      StageSucceeded body =
          pool.results().stream() // a slow start has been told of before
              .map(StageResult::getBody)
              .filter(StageSucceeded.class::isInstance)
              .map(StageSucceeded.class::cast)
              .findFirst()
              .orElseThrow();
      String output = StandardCharsets.UTF_8.decode(body.getOutput().getBytes()).toString();
      assertThat(output).isEqualTo("\"INPUT OF A\"");
    }
  }

  @Test
  void endsWhatItHasBegunWhenItIsTerminated() throws Exception {
    try (Pool pool = new Pool();
        ChildProcess worker = start(pool, "--class", "large=1", "--metrics-port", "0")) {
      pool.follow();
      pool.send(Pool.task("begun", "sleep").setConfig("{\"for\": \"3s\"}"));
      await().atMost(LIMIT).until(() -> pool.history("begun").equals("STARTED"));

      terminate(worker);

      assertThat(worker.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(143);
      assertThat(pool.history("begun")).isEqualTo("STARTED SUCCEEDED");
      String id = pool.results().get(0).getWorker();
      await().atMost(LIMIT).until(() -> pool.hasTombstone(id));
    }
  }

  @Test
  void givesBackWhatOutlivesItsGraceWhenItIsTerminated() throws Exception {
    try (Pool pool = new Pool();
        ChildProcess worker = start(pool, "--grace-seconds", "0")) {
      pool.follow();
      pool.send(Pool.task("long", "sleep").setConfig("{\"for\": \"1h\"}"));
      await().atMost(LIMIT).until(() -> pool.history("long").equals("STARTED"));

      terminate(worker);

      assertThat(worker.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(143);
      assertThat(pool.history("long")).isEqualTo("STARTED");
      pool.start(pool.config());
      await().atMost(LIMIT).until(() -> pool.history("long").contains("DEFERRED"));
    }
  }

  @Test
  void namesABrokenJarWithExitCode2() throws Exception {
    Path jar = Files.writeString(folder.resolve("broken.jar"), "cut off");

    assertThat(run("--bootstrap", "127.0.0.1:1", "--handlers", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).startsWith("worker: handlers jar " + jar + " is broken: ");
  }

  @Test
  void refusesSettingsThatCannotBeUsedWithExitCode2() throws Exception {
    Path missing = folder.resolve("none.properties");
    String half = settings(Map.of("schema.registry.url", "ftp://registry"));

    assertThat(run("--bootstrap", "h:1", "--slots", "0")).isEqualTo(2);
    assertThat(run("--bootstrap", "h:1", "--kafka-config", missing.toString())).isEqualTo(2);
    assertThat(run("--bootstrap", "h:1", "--kafka-config", half)).isEqualTo(2);
    assertThat(run("--bootstrap", "h:1", "--isolation", "jail")).isEqualTo(2);
    assertThat(run("--bootstrap", "h:1", "--slot-memory", "1g")).isEqualTo(2);
    assertThat(runInProcesses("--slot-memory", "many")).isEqualTo(2);
    assertThat(runInProcesses("--slot-memory", "40m")).isEqualTo(2);
    assertThat(runInProcesses("--slots", "7", "--slot-memory", "100m", "--pool-memory", "512m"))
        .isEqualTo(2);
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("worker: slots 0: expected 1 to 200"),
            line -> assertThat(line).isEqualTo("worker: settings file " + missing + ": not found"),
            line -> assertThat(line).startsWith("worker: schema.registry.url: expected http"),
            line ->
                assertThat(line).isEqualTo("worker: isolation 'jail': expected thread or process"),
            line -> assertThat(line).contains("expected --isolation process with them"),
            line ->
                assertThat(line)
                    .isEqualTo("worker: slot memory 'many': expected a size such as 512m or 4g"),
            line -> assertThat(line).isEqualTo("worker: slot memory of 40m: expected at least 64m"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "worker: slot memory of 100m for each of 7 slots is 700m: expected at most"
                            + " the pool's memory of 512m"));
  }

  @Test
  void saysWithExitCode3ThatNobodyAnswers() throws Exception {
    String address = "127.0.0.1:" + unusedPort();
    String hurry = settings(Map.of("default.api.timeout.ms", "1500", "request.timeout.ms", "1000"));
    String registry = settings(Map.of("schema.registry.url", "http://" + address));

    assertThat(run("--bootstrap", address, "--kafka-config", hurry)).isEqualTo(3);
    assertThat(err.toString()).startsWith("worker: no broker answers at " + address);
    assertThat(run("--bootstrap", address, "--kafka-config", registry)).isEqualTo(3);
    assertThat(err.toString()).contains("worker: schema registry, ");
  }

  @Test
  void saysWithExitCode1WhatIsRefused() throws Exception {
    try (TestRegistry registry = new TestRegistry()) {
      registry.refuse();
      String settings = settings(registry.settings());

      assertThat(run("--bootstrap", "127.0.0.1:1", "--kafka-config", settings)).isEqualTo(1);
      assertThat(err.toString()).startsWith("worker: schema registry, ").contains("403");
    }
  }

  @Test
  void saysWithExitCode2ThatItsJavaCannotServeMetrics() throws Exception {
    Process worker =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--limit-modules=java.se,jdk.management,jdk.unsupported",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerMain.class.getName(),
                "--bootstrap",
                "127.0.0.1:1",
                "--class",
                "small",
                "--metrics-port",
                "0")
            .redirectErrorStream(true)
            .start();
    String said = new String(worker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(worker.waitFor()).as(said).isEqualTo(2);
    assertThat(said)
        .contains("worker: --metrics-port: this Java (")
        .contains("has no module jdk.httpserver, expected one that has it, or no metrics port");
  }

  private ChildProcess start(Pool pool, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--bootstrap",
                pool.bootstrap(),
                "--topic-prefix",
                pool.names().prefix(),
                "--class",
                "small",
                "--slots",
                "2"));
    args.addAll(List.of(more));
    return ChildProcess.start(
        ChildSpec.of("worker", WorkerMain.class, args, folder.resolve("logs")));
  }

  /** SIGTERM, without waiting for what it leads to. */
  private static void terminate(ChildProcess child) {
    assertThat(ProcessHandle.of(child.pid()).orElseThrow().destroy()).isTrue();
  }

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of("--class", "small"));
    all.addAll(List.of(args));
    return new CommandLine(new WorkerCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  private int runInProcesses(String... args) {
    List<String> all = new ArrayList<>(List.of("--bootstrap", "h:1", "--isolation", "process"));
    all.addAll(List.of(args));
    return run(all.toArray(String[]::new));
  }

  private String settings(Map<String, String> values) throws IOException {
    Path file = Files.createTempFile(folder, "kafka", ".properties");
    List<String> lines = new ArrayList<>();
    new TreeMap<>(values).forEach((key, value) -> lines.add(key + " = " + value));
    return Files.write(file, lines).toString();
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
