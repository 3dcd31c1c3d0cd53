package io.tierflow.benchmarks;

import io.tierflow.embedded.BrokerConfig;
import io.tierflow.embedded.BrokerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the project's figures, each with its baseline, on a broker that it starts. */
@Command(
    name = "benchmarks",
    mixinStandardHelpOptions = true,
    description = "Measures the figures, each with its baseline in the same run.",
    footer = {"", "Exit codes: 0 every target met, 1 not every one, 2 usage."})
public final class BenchmarksMain implements Callable<Integer> {

  /** A broker as one that is loaded is run: with the JVM's own compilers and collector. */
  private static final List<String> BROKER_JVM = List.of("-Xms1g", "-Xmx1g");

  @Spec private CommandSpec spec;

  @Option(names = "--only", paramLabel = "NAME", description = "Only this one; may be repeated.")
  private List<String> only = List.of();

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each side is measured; default ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "30",
      description = "How long each repetition measures; default ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(names = "--out", paramLabel = "FILE.json", description = "Where to write the JSON.")
  private Path out;

  @Option(
      names = "--page",
      paramLabel = "FILE.md",
      description =
          "The page whose table to fill; default docs/performance.md if the working directory has"
              + " one, else none.")
  private Path page;

  /** Runs the tool. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new BenchmarksMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Benchmark> chosen = chosen();
    if (repetitions < 1 || seconds < 1) {
      throw usage("--repetitions and --seconds: expected 1 or more");
    }
    if (page != null && !Files.isRegularFile(page)) {
      throw usage("--page: found no file " + page);
    }
    Path filled = page == null ? usualPage(Path.of("")) : page;
    // Before measuring: nobody should wait for figures that then have no place.
    if (filled != null && !PerformancePage.hasTable(Files.readString(filled))) {
      throw usage(
          "--page: found no table in "
              + filled
              + ", expected the lines '"
              + PerformancePage.BEGIN
              + "' and '"
              + PerformancePage.END
              + "'");
    }
    List<Figure> figures = measure(chosen);
    Report report = new Report(InstantSource.system().instant(), Machine.here(), figures);
    String json = report.toJson();
    PrintWriter console = spec.commandLine().getOut();
    console.print(json);
    console.flush();
    if (out != null) {
      Files.writeString(out, json);
    }
    if (filled != null) {
      Files.writeString(filled, PerformancePage.update(Files.readString(filled), report));
    }
    return figures.stream().allMatch(Figure::isMet) ? 0 : 1;
  }

  /** The page that is filled when none is named: null if the directory has none. */
  static Path usualPage(Path directory) {
    Path usual = directory.resolve("docs").resolve("performance.md");
    return Files.isRegularFile(usual) ? usual : null;
  }

  private List<Figure> measure(List<Benchmark> chosen) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("tierflow-benchmarks");
    Clocks clocks = new Clocks(InstantSource.system(), System::nanoTime);
    List<Figure> figures = new ArrayList<>();
    try {
      for (Benchmark each : chosen) {
        // A broker of its own: no figure pays for the topics another one left.
        Path place = folder.resolve(each.name());
        try (BrokerProcess broker =
            BrokerProcess.start(BrokerConfig.in(place.resolve("broker")), BROKER_JVM)) {
          spec.commandLine().getErr().println("measuring " + each.name());
          Duration time = Duration.ofSeconds(seconds);
          figures.add(
              measure(each, new Lab(broker.bootstrap(), broker.pid(), place, clocks, time)));
        }
      }
      return figures;
    } finally {
      delete(folder);
    }
  }

  private Figure measure(Benchmark benchmark, Lab lab) throws IOException, InterruptedException {
    Map<Side, List<Repetition>> given = new EnumMap<>(Side.class);
    try (SideProcess measured = SideProcess.start(benchmark, Side.MEASURED, lab);
        SideProcess baseline = SideProcess.start(benchmark, Side.BASELINE, lab)) {
      for (Side side : Turns.of(repetitions)) {
        SideProcess process = side == Side.MEASURED ? measured : baseline;
        given.computeIfAbsent(side, key -> new ArrayList<>()).add(process.repeat());
      }
    }
    return new Figure(
        benchmark.name(),
        benchmark.claim().unit(),
        benchmark.together(given.get(Side.MEASURED)),
        benchmark.together(given.get(Side.BASELINE)),
        benchmark.claim().target());
  }

  private List<Benchmark> chosen() {
    try {
      return only.isEmpty() ? Benchmarks.ALL : only.stream().map(Benchmarks::named).toList();
    } catch (IllegalArgumentException e) {
      throw usage("--only: " + e.getMessage());
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
