package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.client.FlowView;
import io.tierflow.flow.Flow;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.flow.file.InvalidFlowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the newest version of a flow. */
@Command(
    name = "show",
    description = "Show the newest version of a flow.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow flow show weather",
      "  tierflow flow show weather --yaml > weather.yaml   to change and apply it"
    })
final class FlowShowCommand extends ClientCommand {

  @Parameters(paramLabel = "NAME", description = "The flow.")
  private String name;

  @Option(names = "--yaml", description = "Print the flow file.")
  private boolean yaml;

  @Override
  int execute(RunnerApi api) {
    if (yaml && json()) {
      throw CliFailure.invalid("found --yaml and --json, expected one of them");
    }
    JsonNode view = api.get("/api/v1/flows/" + RunnerApi.encoded(name), Shape.FLOW);
    JsonNode learned = learned(api);
    if (json()) {
      print(((ObjectNode) view).set("learned", learned));
      return ExitCodes.OK;
    }
    Flow flow = flow(view.path("definition"));
    if (yaml) {
      print(FlowWriter.toYaml(flow).lines().toList());
      return ExitCodes.OK;
    }
    List<String> head = new ArrayList<>();
    head.add(
        "flow "
            + name
            + ", version "
            + view.path("version").asInt()
            + ", applied "
            + view.path("appliedAt").asText("-"));
    schedule(view.path("schedule")).ifPresent(head::add);
    head.addAll(BudgetLines.of(ClientJson.convert(view, FlowView.class).budgets()));
    head.addAll(PausesCommand.lines(api, "flow", name));
    head.add("");
    print(head);
    print(FlowTable.of(flow).lines());
    if (!learned.isEmpty()) {
      out().println();
      learned.forEach(each -> out().println(learned(each)));
      out().flush();
    }
    return ExitCodes.OK;
  }

  /** What was learned; nothing where the runner is of a version that does not learn. */
  private JsonNode learned(RunnerApi api) {
    return api.find("/api/v1/flows/" + RunnerApi.encoded(name) + "/learned")
        .map(answer -> api.checked(answer, Shape.LEARNED).path("items"))
        .orElseGet(ClientJson.MAPPER::createArrayNode);
  }

  private static String learned(JsonNode stage) {
    return stage.path("pipeline").asText()
        + '/'
        + stage.path("stage").asText()
        + " begins on "
        + stage.path("class").asText()
        + " until "
        + stage.path("until").asText()
        + ", since it ran out of memory on "
        + stage.path("ranOutOn").asText("a smaller class");
  }

  private static Optional<String> schedule(JsonNode schedule) {
    if (!schedule.isObject()) {
      return Optional.empty();
    }
    String timing =
        schedule.path("every").isTextual()
            ? "every " + schedule.path("every").asText()
            : "cron " + schedule.path("cron").asText() + " in " + schedule.path("zone").asText();
    return Optional.of(timing + ", next due " + schedule.path("nextDueAt").asText("-"));
  }

  private Flow flow(JsonNode definition) {
    try {
      return FlowReader.read(name, definition, Catalog.UNCHECKED);
    } catch (InvalidFlowException e) {
      throw CliFailure.unreachable(
          "the runner's flow is not understood by this client; --json shows it: " + e.getMessage());
    }
  }
}
