package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.client.DeadLetterView;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists dead letters, oldest first. */
@Command(
    name = "dead-letters",
    description = "List dead letters, oldest first: tasks and records that were set aside.",
    subcommands = DeadLetterShowCommand.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow dead-letters --flow weather --error TIMED_OUT --since 2h",
      "  tierflow dead-letters --message 'status 5\\d\\d' --json",
      "  tierflow dead-letters show 3-41"
    })
final class DeadLettersCommand extends ClientCommand {

  private static final int LARGEST_PART = 1000;
  private static final int MESSAGE_WIDTH = 80;

  @Mixin private LetterCriteria criteria;

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "Only of this stage: PIPELINE/STAGE, or its name in any pipeline.")
  private String stage;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most this many. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Go on where an earlier list ended.")
  private String cursor;

  @Override
  int execute(RunnerApi api) {
    if (limit < 1) {
      throw CliFailure.invalid("--limit: found " + limit + ", expected 1 or more");
    }
    ObjectNode list = list(api);
    if (json()) {
      print(list);
      return ExitCodes.OK;
    }
    Table table = new Table("ID", "WHEN", "RUN", "FLOW", "STAGE", "KIND", "MESSAGE");
    for (JsonNode item : list.path("items")) {
      DeadLetterView letter = ClientJson.convert(item, DeadLetterView.class);
      table.row(
          letter.id(),
          item.path("at").asText("-"),
          run(letter),
          letter.flow(),
          place(letter),
          letter.failure().kind(),
          message(letter));
    }
    print(table.lines());
    if (list.path("nextCursor").isTextual()) {
      print(List.of("", "there are more: --cursor " + list.path("nextCursor").textValue()));
    }
    return ExitCodes.OK;
  }

  /** As many as were asked for: the runner may give them in smaller parts. */
  private ObjectNode list(RunnerApi api) {
    Map<String, String> filters = criteria.asOf(Clock.systemUTC().instant());
    if (stage != null) {
      filters.put("stage", stage);
    }
    ArrayNode items = ClientJson.MAPPER.createArrayNode();
    String next = cursor;
    do {
      StringBuilder path = new StringBuilder("/api/v1/dead-letters?limit=");
      path.append(Math.min(LARGEST_PART, limit - items.size()));
      filters.forEach((name, value) -> append(path, name, value));
      if (next != null) {
        append(path, "cursor", next);
      }
      JsonNode part = api.get(path.toString(), Shape.DEAD_LETTERS);
      part.path("items").forEach(items::add);
      next = part.path("nextCursor").textValue();
    } while (next != null && items.size() < limit);
    ObjectNode list = ClientJson.MAPPER.createObjectNode();
    list.set("items", items);
    return list.put("nextCursor", next);
  }

  private static void append(StringBuilder path, String name, String value) {
    path.append('&').append(name).append('=').append(RunnerApi.encoded(value));
  }

  // Of a record that nobody could decode it is the key, whatever that is.
  private static String run(DeadLetterView letter) {
    return letter.runId() == null || Notes.printable(letter.runId()).isBlank()
        ? null
        : letter.runId();
  }

  private static String place(DeadLetterView letter) {
    if (letter.stage() == null) {
      return null;
    }
    String element = letter.index() == null ? "" : ", element " + letter.index();
    return letter.pipeline() + "/" + letter.stage() + element;
  }

  private static String message(DeadLetterView letter) {
    String message = letter.failure().message() == null ? "" : letter.failure().message();
    String line = Notes.printable(message).strip();
    return line.codePointCount(0, line.length()) <= MESSAGE_WIDTH
        ? line
        : line.substring(0, line.offsetByCodePoints(0, MESSAGE_WIDTH)) + "…";
  }
}
