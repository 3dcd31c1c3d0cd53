package io.tierflow.runner.cli;

import picocli.CommandLine.Command;

/** Stops a run, a flow or a class from being sent anything new; what is out goes on. */
@Command(
    name = "pause",
    description = {
      "Stop a run, a flow or a resource class from sending anything new; what is out goes on.",
      "Runs of a paused flow are accepted and wait; tasks for a paused class are held back."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow pause 01JD…",
      "  tierflow pause --flow weather",
      "  tierflow pause --class large     and: tierflow pauses"
    })
final class PauseCommand extends PauseOrResumeCommand {

  PauseCommand() {
    super("pause", "is paused");
  }
}
