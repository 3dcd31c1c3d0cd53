package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lets a flow's stages begin on their own classes again. */
@Command(
    name = "forget",
    description = {
      "Forget that stages of a flow ran out of memory: its next runs begin them on the flow's own",
      "classes again. `flow show` lists what is remembered."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tierflow flow forget weather", "  tierflow flow forget weather report/core-logic"})
final class FlowForgetCommand extends ClientCommand {

  @Parameters(index = "0", paramLabel = "NAME", description = "The flow.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PIPELINE/STAGE",
      description = "Only this stage; default all.")
  private String stage;

  @Override
  int execute(RunnerApi api) {
    String path = "/api/v1/flows/" + RunnerApi.encoded(name) + "/learned";
    JsonNode forgotten = api.delete(stage == null ? path : path + '/' + place(), Shape.LEARNED);
    if (json()) {
      print(forgotten);
      return ExitCodes.OK;
    }
    for (JsonNode each : forgotten.path("items")) {
      out()
          .println(
              each.path("pipeline").asText()
                  + '/'
                  + each.path("stage").asText()
                  + " begins on its flow's own class again, not on "
                  + each.path("class").asText());
    }
    if (forgotten.path("items").isEmpty()) {
      out().println("nothing was remembered of " + (stage == null ? "flow " + name : stage));
    }
    out().flush();
    return ExitCodes.OK;
  }

  private String place() {
    String[] parts = stage.split("/", -1);
    if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw CliFailure.invalid("found '" + stage + "', expected a stage as PIPELINE/STAGE");
    }
    return RunnerApi.encoded(parts[0]) + '/' + RunnerApi.encoded(parts[1]);
  }
}
