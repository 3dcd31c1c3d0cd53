package io.tierflow.runner.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The group of commands about flows. */
@Command(
    name = "flow",
    description = "Apply, list and show flows, and forget what was learned of them.",
    subcommands = {
      FlowApplyCommand.class,
      FlowListCommand.class,
      FlowShowCommand.class,
      FlowForgetCommand.class
    },
    synopsisSubcommandLabel = "(apply | list | show | forget)",
    footerHeading = "%nExamples:%n",
    footer = {"  tierflow flow apply weather.yaml", "  tierflow flow show weather --yaml"})
final class FlowCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the annotation, not the value
  private boolean help;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.INVALID;
  }
}
