package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** End a run: whatever of it has not ended is cancelled. */
@Command(
    name = "cancel",
    description = "End a run: whatever of it has not ended is cancelled.",
    footerHeading = "%nExamples:%n",
    footer = "  tierflow cancel 01JD…")
final class CancelCommand extends ClientCommand {

  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String id;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Kept with the run.")
  private String reason;

  @Override
  int execute(RunnerApi api) {
    JsonNode answer =
        api.post(
            "/api/v1/runs/" + RunnerApi.encoded(id) + "/cancel",
            ClientJson.MAPPER.createObjectNode().put("reason", reason),
            Map.of());
    if (json()) {
      print(answer);
    } else {
      out().println("run " + id + " is cancelled");
      out().flush();
    }
    return ExitCodes.OK;
  }
}
