package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Flow;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.flow.file.InvalidFlowException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a flow file the newest version of its flow. */
@Command(
    name = "apply",
    description = "Make a flow file the newest version of its flow.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow flow apply weather.yaml",
      "  tierflow flow apply weather.yaml --allow-unknown   before its pools are up"
    })
final class FlowApplyCommand extends ClientCommand {

  @Parameters(paramLabel = "FILE", description = "The flow, YAML or JSON; - reads standard input.")
  private Path file;

  @Option(
      names = "--allow-unknown",
      description = "Accept handlers that no pool has announced yet.")
  private boolean allowUnknown;

  @Override
  int execute(RunnerApi api) {
    String text = InputFile.text(file);
    Flow flow;
    try {
      // The name is needed for the address; classes and handlers are for the runner to know.
      flow = FlowReader.read(InputFile.name(file), text, Catalog.UNCHECKED);
    } catch (InvalidFlowException e) {
      JsonNode problems = ClientJson.MAPPER.valueToTree(e.problems());
      throw refused(ClientJson.MAPPER.createObjectNode().set("problems", problems));
    }
    RunnerApi.Answer answer =
        api.putText(
            "/api/v1/flows/"
                + RunnerApi.encoded(flow.name())
                + (allowUnknown ? "?unknown=allow" : ""),
            text);
    if (answer.status() == 422) {
      throw refused(answer.body());
    }
    JsonNode applied = api.checked(api.accepted(answer), Shape.FLOW);
    if (json()) {
      print(applied);
    } else {
      print(
          List.of(
              "flow " + flow.name() + ": version " + applied.path("version").asInt() + " stands"));
    }
    return ExitCodes.OK;
  }

  private CliFailure refused(JsonNode document) {
    List<String> lines = new ArrayList<>();
    for (JsonNode problem : document.path("problems")) {
      String place =
          problem.path("line").asInt() > 0
              ? ":" + problem.path("line").asInt() + ":" + problem.path("column").asInt()
              : "";
      String path = problem.path("path").asText();
      lines.add(
          InputFile.name(file)
              + place
              + ": "
              + (path.isEmpty() ? "" : path + ": ")
              + "found "
              + problem.path("found").asText()
              + ", expected "
              + problem.path("expected").asText());
    }
    if (lines.isEmpty()) {
      lines.add(
          InputFile.name(file) + ": " + document.path("detail").asText("refused by the runner"));
    }
    return new CliFailure(ExitCodes.INVALID, lines, document);
  }
}
