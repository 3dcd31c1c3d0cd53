package io.tierflow.standalone.guarantees;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A rolling restart of everything under load, in any order; reports as {@link FaultRunMain}. */
@Command(
    name = "rolling",
    mixinStandardHelpOptions = true,
    description = {
      "Restarts every broker, runner and worker under a workload, one after the other and each round"
          + " in another order, and checks the promises.",
      "Each is told to end (SIGTERM), waited for, started, and waited for again: a broker until every"
          + " partition has all its copies. Meanwhile a client that knows all runners asks them."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:every promise was kept", "1:one was broken, or the run broke off"})
public final class RollingRunMain implements Callable<Integer> {

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often each process is restarted; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "What all choices follow from; default ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private SizeOptions size;

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new RollingRunMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    RollingPlan plan = new RollingPlan(seed, size.size(), rounds);
    FaultRun run =
        new FaultRun(
            new FaultRun.Settings(RollingRunMain.class, seed, size.size(), Duration.ZERO),
            InstantSource.system(),
            System.out::println);
    FaultRun.Report report =
        run.run(
            (cluster, progress) -> {
              try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
                Copies.awaitAll(admin);
              }
              return plan.next();
            });
    return report.print(seed, System.out);
  }
}
