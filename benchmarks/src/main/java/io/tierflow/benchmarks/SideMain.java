package io.tierflow.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * One side of a figure, in a JVM of its own: for each line on standard input one repetition, which
 * it answers with a line of JSON. Before the first it warms up. Ends with its input.
 */
final class SideMain {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private SideMain() {}

  /**
   * Runs it.
   *
   * @param args see {@link #args}
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    PrintStream answers = System.out;
    System.setOut(System.err); // whatever else would print there
    serve(Benchmarks.named(args[0]), Side.valueOf(args[1]), lab(args), answers);
  }

  /** What {@link #main} takes. */
  static String[] args(Benchmark benchmark, Side side, Lab lab) {
    return new String[] {
      benchmark.name(),
      side.name(),
      lab.bootstrap(),
      Long.toString(lab.brokerPid()),
      lab.folder().resolve(side.name()).toString(),
      lab.time().toString()
    };
  }

  private static Lab lab(String[] args) {
    return new Lab(
        args[2],
        Long.parseLong(args[3]),
        Path.of(args[4]),
        new Clocks(InstantSource.system(), System::nanoTime),
        Duration.parse(args[5]));
  }

  private static void serve(Benchmark benchmark, Side side, Lab lab, PrintStream answers)
      throws IOException, InterruptedException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    boolean warm = false;
    while (orders.readLine() != null) {
      if (!warm) {
        try (Rig rig = benchmark.start(lab, side)) {
          WarmUp.run(lab, rig, benchmark.longestWarmUp());
        }
        warm = true;
      }
      try (Rig rig = benchmark.start(lab, side)) {
        answers.println(toJson(benchmark.repeat(lab, rig)));
        answers.flush();
      }
    }
  }

  static String toJson(Repetition repetition) {
    try {
      return MAPPER.writeValueAsString(repetition);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a repetition can be written", e);
    }
  }

  /**
   * What a line of this says.
   *
   * @throws IllegalArgumentException if it says nothing of a repetition
   */
  static Repetition ofJson(String line) {
    try {
      return MAPPER.readValue(line, Repetition.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("found '" + line + "', expected a repetition", e);
    }
  }
}
