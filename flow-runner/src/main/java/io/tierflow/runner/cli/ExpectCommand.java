package io.tierflow.runner.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The group of commands about work that was started elsewhere. */
@Command(
    name = "expect",
    description = {
      "Watch work that Tierflow did not start: a cron job, a job of another system.",
      "What does not report in time is listed by 'missing' and sent to webhooks."
    },
    subcommands = {
      ExpectAddCommand.class,
      ExpectListCommand.class,
      ExpectShowCommand.class,
      ExpectCompleteCommand.class,
      ExpectRemoveCommand.class
    },
    synopsisSubcommandLabel = "(add | list | show | complete | remove)",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow expect add nightly-backup --cron \"0 2 * * *\" --within 1h",
      "  tierflow expect complete nightly-backup",
      "  tierflow expect list"
    })
final class ExpectCommand implements Callable<Integer> {

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
