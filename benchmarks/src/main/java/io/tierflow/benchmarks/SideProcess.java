package io.tierflow.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link SideMain} as seen from outside. It does nothing between repetitions. */
final class SideProcess implements AutoCloseable {

  /**
   * A heap of one size whose pages are there from the start, as a service has it: else the first
   * use of each page is measured too. The collector is the one that a runner has.
   */
  private static final List<String> JVM =
      List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch", "-XX:+UseParallelGC");

  private final String name;
  private final Process process;
  private final BufferedWriter orders;
  private final BufferedReader answers;

  private SideProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.orders = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts one; what it says on standard error comes out on this process's. */
  static SideProcess start(Benchmark benchmark, Side side, Lab lab) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SideMain.class.getName());
    command.addAll(List.of(SideMain.args(benchmark, side, lab)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new SideProcess(benchmark.name() + ", " + side, process);
  }

  /**
   * One repetition; the first comes after a warm-up.
   *
   * @throws IllegalStateException if it could not be measured
   */
  Repetition repeat() throws IOException, InterruptedException {
    orders.write("repeat\n");
    orders.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IllegalStateException(
          name + ": its process ended with exit code " + process.waitFor() + "; see above");
    }
    return SideMain.ofJson(answer);
  }

  /** Ends it, also in mid-measurement. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
