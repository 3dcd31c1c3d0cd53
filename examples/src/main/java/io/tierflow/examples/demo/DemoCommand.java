package io.tierflow.examples.demo;

import io.tierflow.client.FlowClient;
import io.tierflow.client.ProblemException;
import io.tierflow.client.RunnerUnreachableException;
import io.tierflow.examples.reference.ReferenceService;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}: everything embedded, two runs of the reference service, and what they took. */
@Command(
    name = "demo",
    description = {
      "Runs the reference service on two tiers and shows what moving its slow stage gains.",
      "Starts a broker, a runner and the pools small (7 slots) and large (1 slot), an HTTP source and"
          + " an MQTT broker; runs the flow with core-logic on small, then on large; stops it all.",
      "The sources are real; what the stages cost is simulated, at a tenth of the full size."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final int FAILED = 1;
  private static final int UNREACHABLE = 3;

  private final DemoCluster.Launcher launcher;
  private final InstantSource clock;

  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      description =
          "Print JSON lines only; the last is {\"small\": {\"runId\", \"totalMs\", \"idealMs\"},"
              + " \"large\": {…}}.")
  private boolean json;

  @Option(names = "--keep", description = "Keep the data folder and say where it is.")
  private boolean keep;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder, which is kept. Default: a temporary one, deleted at the end.")
  private Path data;

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      defaultValue = "1",
      description =
          "Multiplies every simulated cost; 10 is the full size. Default: ${DEFAULT-VALUE}")
  private double factor;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the annotation, not the value
  private boolean help;

  /**
   * The command on clusters of this launcher.
   *
   * @param clock for the longest wait only: what the runs took comes from the runner
   */
  public DemoCommand(DemoCluster.Launcher launcher, InstantSource clock) {
    this.launcher = launcher;
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    if (!(factor > 0 && factor <= 1000)) {
      throw new ParameterException(
          spec.commandLine(), "--scale: expected a number above 0, up to 1000, found " + factor);
    }
    PrintWriter err = spec.commandLine().getErr();
    boolean temporary = data == null;
    Path folder =
        temporary ? Files.createTempDirectory("tierflow-demo-") : Files.createDirectories(data);
    try {
      return run(folder);
    } catch (DemoFailedException | ProblemException e) {
      err.println("demo: " + e.getMessage());
      return FAILED;
    } catch (RunnerUnreachableException e) {
      err.println("demo: " + e.getMessage());
      return UNREACHABLE;
    } finally {
      if (temporary && !keep) {
        delete(folder);
      } else {
        err.println("demo: data kept in " + folder.toAbsolutePath());
      }
    }
  }

  private int run(Path folder) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    DemoOutput output = json ? DemoOutput.json(out) : DemoOutput.text(out);
    output.say("Starting a broker, a runner and the pools small (7 slots) and large (1 slot).");
    Path clusterData = Files.createDirectories(folder.resolve("cluster"));
    try (DemoCluster cluster = launcher.start(clusterData);
        ReferenceService service = ReferenceService.start(folder.resolve("files"))) {
      new Demo(FlowClient.of(cluster.httpUrl()), output, clock, factor).run(service.flow());
      return 0;
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
