package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.RunSummary;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists runs, newest first. */
@Command(
    name = "runs",
    description = "List runs, newest first.",
    footerHeading = "%nExamples:%n",
    footer = {"  tierflow runs --flow weather --status FAILED", "  tierflow runs --limit 5 --json"})
final class RunsCommand extends ClientCommand {

  @Option(names = "--flow", paramLabel = "FLOW", description = "Only runs of this flow.")
  private String flow;

  @Option(
      names = "--status",
      paramLabel = "STATE",
      description =
          "Only runs in this state: QUEUED, RUNNING, PAUSED, SUCCEEDED, FAILED or CANCELLED.")
  private String status;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most this many, 1 to 1000. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Go on where an earlier list ended.")
  private String cursor;

  @Override
  int execute(RunnerApi api) {
    StringBuilder path = new StringBuilder("/api/v1/runs?limit=" + limit);
    filters().forEach((key, value) -> path.append('&').append(key).append('=').append(value));
    JsonNode page = api.get(path.toString(), Shape.RUNS);
    if (json()) {
      print(page);
      return ExitCodes.OK;
    }
    Table table = new Table("RUN", "FLOW", "STATE", "PRIORITY", "SUBMITTED", "TOOK", "LABELS");
    for (JsonNode item : page.path("items")) {
      RunSummary run = ClientJson.convert(item, RunSummary.class);
      table.row(
          run.id(),
          run.flow() + " v" + run.version(),
          run.state(),
          run.priority().word(),
          item.path("submittedAt").asText("-"),
          Times.text(Times.between(run.submittedAt(), run.endedAt(), Clock.systemUTC().instant())),
          labels(run.labels()));
    }
    print(table.lines());
    if (page.path("nextCursor").isTextual()) {
      print(List.of("", "there are more: --cursor " + page.path("nextCursor").textValue()));
    }
    return ExitCodes.OK;
  }

  private Map<String, String> filters() {
    Map<String, String> filters = new TreeMap<>();
    addIfSet(filters, "flow", flow);
    addIfSet(filters, "status", status);
    addIfSet(filters, "cursor", cursor);
    return filters;
  }

  private static void addIfSet(Map<String, String> filters, String name, String value) {
    if (value != null) {
      filters.put(name, RunnerApi.encoded(value));
    }
  }

  private static String labels(Map<String, String> labels) {
    return labels == null
        ? ""
        : new TreeMap<>(labels)
            .entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(" "));
  }
}
