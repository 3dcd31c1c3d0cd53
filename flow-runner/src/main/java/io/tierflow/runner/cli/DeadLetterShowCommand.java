package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.ApiJson;
import io.tierflow.client.DeadLetterView;
import io.tierflow.client.DeadLetterView.AttemptError;
import io.tierflow.client.DeadLetterView.RawRecord;
import io.tierflow.client.FailureView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one dead letter whole: its input, and every error with its details. */
@Command(
    name = "show",
    description = "Show one dead letter whole: its input, and every error with its details.",
    footerHeading = "%nExample:%n",
    footer = "  tierflow dead-letters show 3-41 --json | jq .input > input.json")
final class DeadLetterShowCommand extends ClientCommand {

  @Parameters(paramLabel = "ID", description = "The dead letter's id, as the list has it.")
  private String id;

  @Override
  int execute(RunnerApi api) {
    JsonNode document = api.get("/api/v1/dead-letters/" + RunnerApi.encoded(id), Shape.DEAD_LETTER);
    if (json()) {
      print(document);
      return ExitCodes.OK;
    }
    DeadLetterView letter = ClientJson.convert(document, DeadLetterView.class);
    List<String> lines = new ArrayList<>();
    lines.add("dead letter " + letter.id() + " of " + ApiJson.format(letter.at()));
    lines.add("run     " + (letter.runId() == null ? "unknown" : letter.runId()));
    if (letter.stage() != null) {
      lines.add("flow    " + letter.flow() + " v" + letter.version());
      String element = letter.index() == null ? "" : ", element " + letter.index();
      lines.add("stage   " + letter.pipeline() + "/" + letter.stage() + element);
      lines.add("class   " + letter.resourceClass());
    }
    failure(lines, "failure ", letter.failure());
    letter.history().forEach(error -> attempt(lines, error));
    if (letter.record() != null) {
      record(lines, letter.record());
    } else {
      lines.add(letter.inputInline() ? "input" : "input, which is no JSON that travelled inline");
      ClientJson.pretty(document.path("input")).lines().forEach(lines::add);
      if (!letter.inputInline() && document.path("input").path("reference").isTextual()) {
        lines.add(
            "This input lies in the payloads' topic: past that topic's retention.ms (7 days unless"
                + " changed) it is lost, and a replay needs --input. Set it higher to have more time.");
      }
    }
    print(lines);
    return ExitCodes.OK;
  }

  private static void attempt(List<String> lines, AttemptError error) {
    lines.add(
        "attempt "
            + error.number()
            + " on "
            + error.resourceClass()
            + (error.worker() == null ? "" : ", " + error.worker())
            + ", ended "
            + ApiJson.format(error.endedAt()));
    failure(lines, "    ", error.failure());
  }

  private static void failure(List<String> lines, String margin, FailureView failure) {
    lines.add(margin + Notes.failure(failure));
    if (failure.detail() != null) {
      failure.detail().lines().map(Notes::printable).map("        "::concat).forEach(lines::add);
    }
  }

  private static void record(List<String> lines, RawRecord record) {
    lines.add(
        "record  "
            + record.topic()
            + ", partition "
            + record.partition()
            + ", offset "
            + record.offset());
    lines.add("key     " + (record.key() == null ? "none" : Notes.printable(record.key())));
    lines.add("value   " + (record.bytes() == null ? "not copied" : record.bytes()));
  }
}
