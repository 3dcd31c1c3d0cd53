package io.tierflow.runner.cli;

import picocli.CommandLine.Command;

/** Lets a paused run, flow or class go on. */
@Command(
    name = "resume",
    description = "Let a paused run, flow or resource class go on: what was held back is sent.",
    footerHeading = "%nExamples:%n",
    footer = {"  tierflow resume 01JD…", "  tierflow resume --class large"})
final class ResumeCommand extends PauseOrResumeCommand {

  ResumeCommand() {
    super("resume", "goes on");
  }
}
