package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** Lists the newest version of every flow. */
@Command(
    name = "list",
    description = "List the newest version of every flow.",
    footerHeading = "%nExample:%n",
    footer = "  tierflow flow list --json")
final class FlowListCommand extends ClientCommand {

  @Override
  int execute(RunnerApi api) {
    JsonNode flows = api.get("/api/v1/flows", Shape.FLOWS);
    if (json()) {
      print(flows);
      return ExitCodes.OK;
    }
    Table table = new Table("FLOW", "VERSION", "PIPELINES", "APPLIED");
    for (JsonNode flow : flows.path("items")) {
      table.row(
          flow.path("name").asText(),
          flow.path("version").asInt(),
          flow.path("definition").path("pipelines").size(),
          flow.path("appliedAt").asText("-"));
    }
    print(table.lines());
    print(PausesCommand.lines(api, "flow", null));
    return ExitCodes.OK;
  }
}
