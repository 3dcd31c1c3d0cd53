package io.tierflow.runner.cli;

import picocli.CommandLine.Command;

/** Lets a paused run go on. */
@Command(
    name = "resume",
    description = "Let a paused run go on.",
    footerHeading = "%nExamples:%n",
    footer = "  tierflow resume 01JD…")
final class ResumeCommand extends RunControlCommand {

  ResumeCommand() {
    super("resume", "goes on");
  }
}
