package io.tierflow.runner.cli;

import picocli.CommandLine.Command;

/** Stops a run from sending anything new; what is out goes on. */
@Command(
    name = "pause",
    description = "Stop a run from sending anything new; what is out goes on.",
    footerHeading = "%nExamples:%n",
    footer = "  tierflow pause 01JD…")
final class PauseCommand extends RunControlCommand {

  PauseCommand() {
    super("pause", "is paused");
  }
}
