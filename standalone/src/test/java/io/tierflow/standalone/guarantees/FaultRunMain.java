package io.tierflow.standalone.guarantees;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A long run under faults: prints what was done, what was seen and what was broken. */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    description =
        "Kills, freezes, restarts and cuts off processes under a workload, and checks the"
            + " promises.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:every promise was kept", "1:one was broken, or the run broke off"})
public final class FaultRunMain implements Callable<Integer> {

  @Option(
      names = "--minutes",
      defaultValue = "60",
      description = "How long faults are made; default ${DEFAULT-VALUE}.")
  private long minutes;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "What all choices follow from; default ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private SizeOptions size;

  @Option(
      names = "--longest-seconds",
      defaultValue = "8",
      description =
          "How long a process stays dead, frozen or cut off at most; default ${DEFAULT-VALUE}.")
  private long longest;

  @Option(
      names = "--kinds",
      split = ",",
      defaultValue = "KILL,FREEZE,RESTART,CUT",
      description = "Which kinds of faults; default ${DEFAULT-VALUE}.")
  private Set<Fault.Kind> kinds;

  @Option(
      names = "--victims",
      split = ",",
      defaultValue = "broker,runner,worker",
      description = "Whose faults; default ${DEFAULT-VALUE}.")
  private List<String> victims;

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new FaultRunMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    FaultRun.Settings settings =
        new FaultRun.Settings(FaultRunMain.class, seed, size.size(), Duration.ofSeconds(longest));
    Duration time = Duration.ofMinutes(minutes);
    FaultRun.Report report =
        new FaultRun(settings, InstantSource.system(), System.out::println)
            .run(progress -> progress.gone().compareTo(time) < 0, this::isWanted);
    return report.print(seed, System.out);
  }

  private boolean isWanted(Fault fault) {
    return kinds.contains(fault.kind()) && victims.stream().anyMatch(fault.victim()::startsWith);
  }
}
