package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.ExpectationView;
import io.tierflow.client.ExpectationView.ReportView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what is expected. */
@Command(
    name = "list",
    description = "List what is expected, by name and key.",
    footerHeading = "%nExamples:%n",
    footer = {"  tierflow expect list --state OVERDUE", "  tierflow expect list --json"})
final class ExpectListCommand extends ClientCommand {

  @Option(names = "--name", paramLabel = "NAME", description = "Only of this name.")
  private String name;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only in this state: WAITING, STARTED, OVERDUE, FAILED or SUCCEEDED.")
  private String state;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most this many, 1 to 1000. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Go on where an earlier list ended.")
  private String cursor;

  @Override
  int execute(RunnerApi api) {
    Map<String, String> filters = new LinkedHashMap<>();
    filters.put("name", name);
    filters.put("state", state);
    filters.put("cursor", cursor);
    StringBuilder path = new StringBuilder("/api/v1/expectations?limit=" + limit);
    filters.forEach(
        (filter, value) -> {
          if (value != null) {
            path.append('&').append(filter).append('=').append(RunnerApi.encoded(value));
          }
        });
    JsonNode page = api.get(path.toString(), Shape.EXPECTATIONS);
    if (json()) {
      print(page);
      return ExitCodes.OK;
    }
    Table table = new Table("NAME", "KEY", "STATE", "EXPECTED", "NEXT DUE", "LAST REPORT");
    for (JsonNode item : page.path("items")) {
      ExpectationView view = ClientJson.convert(item, ExpectationView.class);
      table.row(
          view.name(),
          view.key() == null ? null : Notes.printable(view.key()),
          view.state(),
          ExpectTexts.timing(view),
          ExpectTexts.time(view.nextDueAt()),
          view.reports().isEmpty() ? null : last(view.reports().get(0)));
    }
    print(table.lines());
    if (page.path("nextCursor").isTextual()) {
      print(List.of("", "there are more: --cursor " + page.path("nextCursor").textValue()));
    }
    return ExitCodes.OK;
  }

  private static String last(ReportView report) {
    return ExpectTexts.time(report.at()) + " " + report.status() + " " + report.verdict();
  }
}
