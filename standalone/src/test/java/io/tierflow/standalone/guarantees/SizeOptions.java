package io.tierflow.standalone.guarantees;

import picocli.CommandLine.Option;

/** How many processes a command starts. */
final class SizeOptions {

  @Option(
      names = "--brokers",
      defaultValue = "3",
      description = "How many brokers, 1 or 3; default ${DEFAULT-VALUE}.")
  private int brokers;

  @Option(
      names = "--runners",
      defaultValue = "2",
      description = "How many runners; default ${DEFAULT-VALUE}.")
  private int runners;

  @Option(
      names = "--workers",
      defaultValue = "6",
      description = "How many worker processes; default ${DEFAULT-VALUE}.")
  private int workers;

  @Option(
      names = "--slots",
      defaultValue = "2",
      description = "How many tasks each works on at once; default ${DEFAULT-VALUE}.")
  private int slots;

  FaultCluster.Size size() {
    return new FaultCluster.Size(brokers, runners, workers, slots);
  }
}
