package io.tierflow.runner.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The group of commands about the schemas in a registry. */
@Command(
    name = "schemas",
    description = {
      "Register and check the schemas of all topics in a schema registry.",
      "A deployment does it before it starts or upgrades runners and workers, which by themselves"
          + " register nothing."
    },
    subcommands = {SchemasRegisterCommand.class, SchemasCheckCommand.class},
    synopsisSubcommandLabel = "(register | check)",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow schemas register --kafka-config kafka.properties --class small --class large",
      "  tierflow schemas check --kafka-config kafka.properties --class small --class large"
    })
final class SchemasCommand implements Callable<Integer> {

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
