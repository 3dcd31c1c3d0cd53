package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends a run: whatever of it has not ended is cancelled. */
@Command(
    name = "cancel",
    description = "End a run: whatever of it has not ended is cancelled.",
    footerHeading = "%nExamples:%n",
    footer = "  tierflow cancel 01JD…")
final class CancelCommand extends RunControlCommand {

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Kept with the run, and shown.")
  private String reason;

  CancelCommand() {
    super("cancel", "is cancelled");
  }

  @Override
  ObjectNode body() {
    return super.body().put("reason", reason);
  }
}
