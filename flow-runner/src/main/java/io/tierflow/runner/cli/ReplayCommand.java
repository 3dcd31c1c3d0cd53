package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays a run that has ended, as a new run that reuses what had succeeded. */
@Command(
    name = "replay",
    description = {
      "Replay a run that has ended: a new run of the same version that reuses what had succeeded.",
      "The same command again is the same run: it sends nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow replay 01JD…",
      "  tierflow replay 01JD… --stage report/core-logic --class xlarge",
      "  tierflow replay 01JD… --stage core-logic --input edited.json"
    })
final class ReplayCommand extends ClientCommand {

  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String id;

  @Option(
      names = "--stage",
      paramLabel = "PIPELINE/STAGE",
      description =
          "From where; may be repeated. The pipeline may be left out where only one has such a"
              + " stage. Default: every stage that failed.")
  private List<String> stages = List.of();

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "Where the stages are sent instead of their flow's class.")
  private String resourceClass;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "What the stage takes instead of what it took, as JSON; - is standard input.")
  private Path input;

  @Override
  int execute(RunnerApi api) {
    ObjectNode request = ClientJson.MAPPER.createObjectNode();
    stages.forEach(request.withArray("stages")::add);
    if (resourceClass != null) {
      request.put("class", resourceClass);
    }
    if (input != null) {
      request.set("input", InputFile.json(input));
    }
    JsonNode answer =
        api.post("/api/v1/runs/" + RunnerApi.encoded(id) + "/replay", request, Map.of());
    if (json()) {
      print(answer);
    } else {
      out().println("replayed as run " + answer.path("id").asText());
      out().flush();
    }
    return ExitCodes.OK;
  }
}
