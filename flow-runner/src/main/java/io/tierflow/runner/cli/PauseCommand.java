package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Stop a run from sending anything new; what is out goes on. */
@Command(
    name = "pause",
    description = "Stop a run from sending anything new; what is out goes on.",
    footerHeading = "%nExamples:%n",
    footer = "  tierflow pause 01JD…")
final class PauseCommand extends ClientCommand {

  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String id;

  @Override
  int execute(RunnerApi api) {
    JsonNode answer =
        api.post(
            "/api/v1/runs/" + RunnerApi.encoded(id) + "/pause",
            ClientJson.MAPPER.createObjectNode(),
            Map.of());
    if (json()) {
      print(answer);
    } else {
      out().println("run " + id + " is paused");
      out().flush();
    }
    return ExitCodes.OK;
  }
}
