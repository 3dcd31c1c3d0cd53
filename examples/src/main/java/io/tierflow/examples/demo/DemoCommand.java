package io.tierflow.examples.demo;

import io.tierflow.client.FlowClient;
import io.tierflow.client.ProblemException;
import io.tierflow.client.RunnerUnreachableException;
import io.tierflow.embedded.BrokerStartException;
import io.tierflow.examples.reference.ReferenceService;
import io.tierflow.process.ChildStartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
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
      "A process that dies meanwhile is started again, and the run goes on.",
      "The sources are real; what the stages cost is simulated, at a tenth of the full size."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final int FAILED = 1;
  private static final int UNREACHABLE = 3;
  private static final double MS_PER_SECOND = 1000;

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
    DemoFolder folder = folder();
    PrintWriter err = spec.commandLine().getErr();
    DemoCluster cluster =
        launcher.prepare(Files.createDirectories(folder.path().resolve("cluster")));
    try (DemoStop stop = DemoStop.onExit(cluster, folder, err)) {
      try {
        return run(cluster, folder);
      } catch (DemoFailedException
          | BrokerStartException
          | ChildStartException
          | ProblemException e) {
        return failed(stop, FAILED, e);
      } catch (RunnerUnreachableException e) {
        return failed(stop, UNREACHABLE, e);
      }
    } finally {
      if (!folder.temporary()) {
        say("data kept in " + folder.path().toAbsolutePath());
      }
    }
  }

  private DemoFolder folder() {
    try {
      return DemoFolder.of(data, keep);
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--data: expected a folder that can be made, found "
              + (data == null ? e : data + ": " + e),
          e);
    }
  }

  private int run(DemoCluster cluster, DemoFolder folder) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    DemoOutput output = json ? DemoOutput.json(out) : DemoOutput.text(out);
    output.say("Starting a broker, a runner and the pools small (7 slots) and large (1 slot).");
    Instant begin = clock.instant();
    cluster.start();
    try (ReferenceService service = ReferenceService.start(folder.path().resolve("files"))) {
      Duration took = Duration.between(begin, clock.instant());
      output.say(
          String.format(Locale.ROOT, "All is up after %.1f s.", took.toMillis() / MS_PER_SECOND));
      new Demo(FlowClient.of(cluster.httpUrl()), output, clock, factor).run(service.flow());
      return 0;
    }
  }

  private int failed(DemoStop stop, int exitCode, Exception e) {
    // A signal takes the cluster away under the demo, which is no failure to tell of.
    if (!stop.signalled()) {
      say(e.getMessage());
    }
    return exitCode;
  }

  private void say(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("demo: " + message);
    err.flush();
  }
}
