package io.tierflow.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real registry server, Apicurio's, in a process of its own; its schemas are in its memory. */
final class RegistryProcess {

  /** The system property that names the server's unpacked folder; set by {@code -Pregistry}. */
  static final String SERVER = "tierflow.test.registry";

  private static final Pattern LISTENING = Pattern.compile("Listening on: http://[^:]+:(\\d+)");

  private final Process process;
  private final Path log;
  private final int port;

  private RegistryProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.port =
        await("the registry's port in " + log)
            .atMost(Duration.ofMinutes(2))
            .until(this::announcedPort, Optional::isPresent)
            .orElseThrow();
  }

  /**
   * Starts one on a free port of the loopback interface and returns once it answers.
   *
   * @param folder for its log
   */
  static RegistryProcess start(Path folder) throws IOException {
    Path log = folder.resolve("registry.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=0",
                "-jar",
                jar().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new RegistryProcess(process, log);
  }

  /** Where it speaks Confluent's protocol. */
  String url() {
    return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  /** Kills it; harmless when repeated. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private Optional<Integer> announcedPort() throws IOException {
    assertThat(process.isAlive()).as("the registry's process; its log is %s", log).isTrue();
    Matcher matcher = LISTENING.matcher(Files.readString(log));
    return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
  }

  private static Path jar() throws IOException {
    Path folder = Path.of(System.getProperty(SERVER));
    try (Stream<Path> files = Files.walk(folder, 2)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow(
              () -> new IOException(folder + ": expected the server, found no runner.jar"));
    }
  }
}
