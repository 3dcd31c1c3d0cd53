package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.client.ExpectationView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registers what is expected. */
@Command(
    name = "add",
    description = {
      "Expect a completion: once by a due time, or for each due time of a schedule.",
      "The same again changes nothing; anything else of that name and key is replaced."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow expect add nightly-backup --cron \"0 2 * * *\" --zone Europe/Berlin --within 1h",
      "  tierflow expect add feed --every 15m --within 5m",
      "  tierflow expect add export --key order-17 --due 10m"
    })
final class ExpectAddCommand extends ClientCommand {

  @Parameters(paramLabel = "NAME", description = "What it is called.")
  private String name;

  @Option(names = "--key", paramLabel = "KEY", description = "Tells apart several of one name.")
  private String key;

  @Option(
      names = "--due",
      paramLabel = "TIME",
      description = "Once: by this time, as 2026-11-24T15:00:00Z, or so long from now, as 10m.")
  private String due;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      description = "At least once in so much time, counted from the last completion.")
  private String every;

  @Option(
      names = "--cron",
      paramLabel = "EXPRESSION",
      description = "When the work starts: minute, hour, day of month, month, day of week.")
  private String cron;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Whose clocks the expression means. Default: UTC")
  private String zone;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      description =
          "How long after its due time a completion may come. Default: none after --due; else an"
              + " hour, or the time between two due times where that is less.")
  private String within;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "For your own sorting; may be given several times.")
  private Map<String, String> labels = new TreeMap<>();

  @Override
  int execute(RunnerApi api) {
    ObjectNode body = ClientJson.MAPPER.createObjectNode().put("name", name);
    Map<String, String> texts = new TreeMap<>();
    texts.put("key", key);
    texts.put("due", due);
    texts.put("every", every);
    texts.put("cron", cron);
    texts.put("zone", zone);
    texts.put("within", within);
    texts.forEach(
        (field, value) -> {
          if (value != null) {
            body.put(field, value);
          }
        });
    if (!labels.isEmpty()) {
      labels.forEach(body.putObject("labels")::put);
    }
    JsonNode view = api.post("/api/v1/expectations", body, Shape.EXPECTATION);
    if (json()) {
      print(view);
    } else {
      print(List.of(ExpectTexts.expected(ClientJson.convert(view, ExpectationView.class))));
    }
    return ExitCodes.OK;
  }
}
