package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
    // A file that does not name its flow is for the runner to refuse, with all else that is wrong.
    String name = FlowReader.nameIn(text).orElse("unnamed");
    JsonNode applied = apply(api, name, text);
    if (json()) {
      print(applied);
    } else {
      print(List.of("flow " + name + ": version " + applied.path("version").asInt() + " stands"));
    }
    return ExitCodes.OK;
  }

  /** Only the runner knows classes and handlers, so all problems at once are its to tell. */
  private JsonNode apply(RunnerApi api, String name, String text) {
    try {
      RunnerApi.Answer answer =
          api.putText(
              "/api/v1/flows/" + RunnerApi.encoded(name) + (allowUnknown ? "?unknown=allow" : ""),
              text);
      if (answer.status() == 422) {
        throw refused(answer.body(), advice(answer.body()));
      }
      return api.checked(api.accepted(answer), Shape.FLOW);
    } catch (CliFailure e) {
      throw e.exitCode() == ExitCodes.UNREACHABLE ? withoutRunner(text, e) : e;
    }
  }

  // A pool that is not up yet, or was not for a day, has not told its handlers.
  private List<String> advice(JsonNode document) {
    for (JsonNode problem : document.path("problems")) {
      boolean looksMistyped = problem.path("expected").asText().contains("did you mean");
      if (problem.path("path").asText().endsWith(".handler") && !looksMistyped) {
        return List.of("--allow-unknown accepts handlers of pools that are not up yet");
      }
    }
    return List.of();
  }

  /** What can be told of the file without a runner; if that is nothing, why there is none. */
  private CliFailure withoutRunner(String text, CliFailure unreachable) {
    try {
      FlowReader.read(InputFile.name(file), text, Catalog.UNCHECKED);
      return unreachable;
    } catch (InvalidFlowException e) {
      String unchecked = "classes and handlers were not checked: " + unreachable.getMessage();
      ObjectNode document = ClientJson.MAPPER.createObjectNode().put("detail", unchecked);
      document.set("problems", ClientJson.MAPPER.valueToTree(e.problems()));
      return refused(document, List.of(unchecked));
    }
  }

  private CliFailure refused(JsonNode document, List<String> notes) {
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
    lines.addAll(notes);
    return new CliFailure(ExitCodes.INVALID, lines, document);
  }
}
