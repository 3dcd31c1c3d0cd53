package io.tierflow.standalone;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tierflow} itself: without a command it prints its help. */
@Command(
    name = "tierflow",
    mixinStandardHelpOptions = true,
    versionProvider = ProjectVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Stages of flows over Kafka, one worker pool per hardware tier.",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all went well",
      "1:the run, or the process, failed",
      "2:the command line or the input is not valid",
      "3:the runner or Kafka cannot be reached"
    },
    footerHeading = "%n",
    footer = "'tierflow COMMAND --help' tells more about a command.")
final class TopCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    CommandLine top = spec.commandLine();
    top.usage(top.getOut());
  }
}
