package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.RunView;
import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one run with its attempts, times and failures. */
@Command(
    name = "show",
    description = "Show one run with its attempts, times and failures.",
    footerHeading = "%nExamples:%n",
    footer = {"  tierflow show 01JD…", "  tierflow show 01JD… --json | jq .output"})
final class ShowCommand extends ClientCommand {

  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String id;

  @Override
  int execute(RunnerApi api) {
    JsonNode run = api.get("/api/v1/runs/" + RunnerApi.encoded(id), Shape.RUN);
    if (json()) {
      print(run);
    } else {
      RunView view = ClientJson.convert(run, RunView.class);
      print(tree().detailedLines(view, Clock.systemUTC().instant()));
    }
    return ExitCodes.OK;
  }
}
