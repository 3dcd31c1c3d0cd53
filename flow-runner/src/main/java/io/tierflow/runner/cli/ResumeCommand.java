package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Let a paused run go on. */
@Command(
    name = "resume",
    description = "Let a paused run go on.",
    footerHeading = "%nExamples:%n",
    footer = "  tierflow resume 01JD…")
final class ResumeCommand extends ClientCommand {

  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String id;

  @Override
  int execute(RunnerApi api) {
    JsonNode answer =
        api.post(
            "/api/v1/runs/" + RunnerApi.encoded(id) + "/resume",
            ClientJson.MAPPER.createObjectNode(),
            Map.of());
    if (json()) {
      print(answer);
    } else {
      out().println("run " + id + " goes on");
      out().flush();
    }
    return ExitCodes.OK;
  }
}
