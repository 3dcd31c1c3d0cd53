package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reports of expected work. */
@Command(
    name = "complete",
    description = "Report that expected work is done, or that it failed or has begun.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow expect complete nightly-backup",
      "  tierflow expect complete nightly-backup --status FAILED --message \"disk full\""
    })
final class ExpectCompleteCommand extends ExpectOneCommand {

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "SUCCEEDED, FAILED or STARTED. Default: SUCCEEDED")
  private String status;

  @Option(names = "--message", paramLabel = "TEXT", description = "Shown with it.")
  private String message;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "When it happened, as 2026-11-24T15:00:00Z. Default: now")
  private String at;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Makes a repetition known: the same id again changes nothing.")
  private String id;

  @Override
  int execute(RunnerApi api) {
    Map<String, String> said = new LinkedHashMap<>();
    said.put("key", key());
    said.put("status", status);
    said.put("message", message);
    said.put("at", at);
    said.put("id", id);
    ObjectNode body = ClientJson.MAPPER.createObjectNode();
    said.forEach(
        (field, value) -> {
          if (value != null) {
            body.put(field, value);
          }
        });
    JsonNode answer =
        api.post(
            "/api/v1/expectations/" + RunnerApi.encoded(name()) + "/completions",
            body,
            Shape.COMPLETION);
    if (json()) {
      print(answer);
    } else {
      print(List.of(name() + ": " + answer.path("words").asText()));
    }
    return ExitCodes.OK;
  }
}
