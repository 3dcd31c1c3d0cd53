package io.tierflow.examples.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The project's docker-compose.yml, run by the compose program that is installed. */
final class Compose {

  private static final long LONGEST_MINUTES = 5;

  private final Path root;
  private final List<String> program;
  private final Map<String, String> settings;

  /**
   * A stack that is not started.
   *
   * @param root the folder of docker-compose.yml
   * @param project what its containers' names begin with
   * @param settings variables for the file
   */
  Compose(Path root, String project, Map<String, String> settings) throws Exception {
    this.root = root;
    this.program =
        new ArrayList<>(
            succeeds(root, "docker", "compose", "version")
                ? List.of("docker", "compose")
                : List.of("docker-compose"));
    program.addAll(List.of("--project-name", project));
    this.settings = settings;
  }

  /** Whether a program is there and ends with 0. */
  static boolean succeeds(Path folder, String... command) throws Exception {
    try {
      return run(folder, Map.of(), List.of(command)).exitCode() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }

  /** What a command printed, if it ended with 0. */
  String run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    Ended ended = run(root, settings, command);
    if (ended.exitCode() != 0) {
      throw new AssertionError(command + ": exit code " + ended.exitCode() + "\n" + ended.output());
    }
    return ended.output();
  }

  /** What the engine tells of a container, in the form of this template. */
  String inspect(String container, String template) throws Exception {
    return run(root, Map.of(), List.of("docker", "inspect", "--format", template, container))
        .output()
        .strip();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private record Ended(int exitCode, String output) {}

  private static Ended run(Path folder, Map<String, String> settings, List<String> command)
      throws Exception {
    Path output = Files.createTempFile("compose", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(settings);
      Process process = builder.start();
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(command + " has not ended within " + LONGEST_MINUTES + " min");
      }
      return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }
}
