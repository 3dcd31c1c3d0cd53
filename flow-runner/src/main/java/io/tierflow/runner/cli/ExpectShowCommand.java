package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.ExpectationView;
import picocli.CommandLine.Command;

/** Shows one expectation. */
@Command(
    name = "show",
    description = "Show what is expected, its newest reports, and what was missing of it.",
    footerHeading = "%nExample:%n",
    footer = "  tierflow expect show nightly-backup")
final class ExpectShowCommand extends ExpectOneCommand {

  @Override
  int execute(RunnerApi api) {
    JsonNode view = api.get(path(), Shape.EXPECTATION);
    if (json()) {
      print(view);
    } else {
      print(ExpectTexts.whole(ClientJson.convert(view, ExpectationView.class)));
    }
    return ExitCodes.OK;
  }
}
