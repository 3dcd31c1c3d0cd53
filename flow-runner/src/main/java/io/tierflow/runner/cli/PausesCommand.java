package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the flows and classes that are paused. */
@Command(
    name = "pauses",
    description = "List the flows and resource classes that are paused.",
    footerHeading = "%nExample:%n",
    footer = "  tierflow pauses --json")
final class PausesCommand extends ClientCommand {

  @Override
  int execute(RunnerApi api) {
    JsonNode pauses = api.get("/api/v1/pauses", Shape.PAUSES);
    if (json()) {
      print(pauses);
    } else {
      List<String> lines = lines(pauses, "flow", null);
      lines.addAll(lines(pauses, "class", null));
      print(lines.isEmpty() ? List.of("nothing is paused") : lines);
    }
    return ExitCodes.OK;
  }

  /**
   * One line for each that is paused.
   *
   * @param what flow or class
   * @param name only of that name; null for all
   */
  static List<String> lines(JsonNode pauses, String what, String name) {
    List<String> lines = new ArrayList<>();
    for (JsonNode pause : pauses.path("items")) {
      String found = pause.path(what).asText(null);
      if (found != null && (name == null || name.equals(found))) {
        lines.add(what + " " + found + " is paused since " + pause.path("since").asText("-"));
      }
    }
    return lines;
  }

  /** The same of a runner that is asked for them now. */
  static List<String> lines(RunnerApi api, String what, String name) {
    return lines(api.get("/api/v1/pauses", Shape.PAUSES), what, name);
  }
}
