package io.tierflow.standalone.failover;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how long a killed runner's runs and a killed worker's task stand still. */
@Command(
    name = "failover",
    mixinStandardHelpOptions = true,
    description = "Kills runners and workers one by one, and measures until another goes on.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:both medians are within their bounds", "1:one is not, or it broke off"})
public final class FailoverMain implements Callable<Integer> {

  private static final long RUNNER_MILLIS = 4_000;
  private static final long WORKER_MILLIS = 2_000;

  /** Kafka's own values of what is shipped otherwise. */
  private static final Map<String, String> KAFKAS_DEFAULTS =
      Map.of(
          "group.min.session.timeout.ms", "6000",
          "group.initial.rebalance.delay.ms", "3000",
          "group.share.min.heartbeat.interval.ms", "5000",
          "group.share.heartbeat.interval.ms", "5000",
          "group.share.assignment.interval.ms", "1000");

  @Option(
      names = "--kills",
      defaultValue = "20",
      description = "How many of each; default ${DEFAULT-VALUE}.")
  private int kills;

  @Option(
      names = "--kafkas-defaults",
      description = "With a broker as Kafka's defaults have it; then there are no bounds.")
  private boolean kafkasDefaults;

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new FailoverMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    try (FailoverSystem system = FailoverSystem.start(kafkasDefaults ? KAFKAS_DEFAULTS : Map.of());
        RecordWatch watch =
            new RecordWatch(system.bootstrap(), system.names(), FailoverSystem.LANE)) {
      Failover failover = new Failover(system, watch, InstantSource.system(), System.out::println);
      failover.apply();
      Times runners = failover.runners(kills);
      Times workers = failover.workers(kills);
      System.out.println("runner killed until its run's next stage is sent: " + runners.text());
      System.out.println("worker killed until its task runs elsewhere: " + workers.text());
      boolean met = runners.median() <= RUNNER_MILLIS && workers.median() <= WORKER_MILLIS;
      return met || kafkasDefaults ? 0 : 1;
    }
  }
}
