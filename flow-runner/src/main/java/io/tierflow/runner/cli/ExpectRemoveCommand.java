package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** Expects something no longer. */
@Command(
    name = "remove",
    description = "Expect it no longer; what is missing of it clears.",
    footerHeading = "%nExample:%n",
    footer = "  tierflow expect remove nightly-backup")
final class ExpectRemoveCommand extends ExpectOneCommand {

  @Override
  int execute(RunnerApi api) {
    JsonNode view = api.delete(path(), Shape.EXPECTATION);
    if (json()) {
      print(view);
    } else {
      print(List.of(name() + (key() == null ? "" : " (" + key() + ")") + " is expected no longer"));
    }
    return ExitCodes.OK;
  }
}
