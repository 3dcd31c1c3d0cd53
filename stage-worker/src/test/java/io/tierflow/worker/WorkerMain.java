package io.tierflow.worker;

import io.tierflow.process.ParentWatch;
import picocli.CommandLine;

/** The command {@code worker} as a process of its own. */
final class WorkerMain {

  private WorkerMain() {}

  public static void main(String[] args) {
    ParentWatch.startIfChild();
    System.exit(new CommandLine(new WorkerCommand()).execute(args));
  }
}
