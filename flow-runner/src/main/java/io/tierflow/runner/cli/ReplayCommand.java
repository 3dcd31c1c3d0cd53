package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.Priority;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays a run that has ended, or a selection of dead letters. */
@Command(
    name = "replay",
    description = {
      "Replay a run that has ended, or the runs of a selection of dead letters: as new runs of the"
          + " same version that reuse what had succeeded.",
      "The same replay again is the same run: it sends nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow replay 01JD…",
      "  tierflow replay 01JD… --stage report/core-logic --class xlarge",
      "  tierflow replay 01JD… --stage core-logic --input edited.json",
      "  tierflow replay --dead-letters --flow weather --error TIMED_OUT --dry-run",
      "  tierflow replay --dead-letters --stage report/core-logic --class large --since 2h"
    })
final class ReplayCommand extends ClientCommand {

  private static final Rate DEFAULT_RATE = new Rate(20);

  @Parameters(arity = "0..1", paramLabel = "RUN", description = "The run's id.")
  private String id;

  @Option(
      names = "--dead-letters",
      description = "Replay dead letters, all that the options choose; those of one run together.")
  private boolean deadLetters;

  @Option(
      names = "--stage",
      paramLabel = "PIPELINE/STAGE",
      description =
          "Of a run: from where; may be repeated, and the pipeline may be left out where only one"
              + " has such a stage. Default: every stage that failed. Of dead letters: only of this"
              + " stage, in any pipeline if none is given.")
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

  @Option(
      names = "--priority",
      paramLabel = "low|normal|high",
      converter = RunCommand.PriorityConverter.class,
      description =
          "The priority of the new runs. Default: low with --dead-letters, so that many of them hold"
              + " up no other; of a run, its flow's.")
  private Priority priority;

  @Mixin private LetterCriteria criteria;

  @Option(names = "--dry-run", description = "Send nothing; list what would be sent.")
  private boolean dryRun;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      converter = Rate.Converter.class,
      description = "With --dead-letters: at most so many runs per second. Default: 20")
  private Rate rate;

  @Override
  int execute(RunnerApi api) {
    if (deadLetters == (id != null)) {
      throw CliFailure.invalid(
          "found " + (deadLetters ? "both" : "neither") + ", expected a RUN or --dead-letters");
    }
    return deadLetters ? deadLetters(api) : run(api);
  }

  private int run(RunnerApi api) {
    if (rate != null || !criteria.isEmpty()) {
      throw CliFailure.invalid(
          "found options that choose or pace dead letters, expected --dead-letters with them");
    }
    ObjectNode request = changes();
    stages.forEach(request.withArray("stages")::add);
    if (dryRun) {
      request.put("dryRun", true);
    }
    JsonNode answer =
        api.post("/api/v1/runs/" + RunnerApi.encoded(id) + "/replay", request, Map.of());
    if (json()) {
      print(answer);
    } else if (dryRun) {
      print(preview(answer));
    } else if (answer.path("sentBefore").asBoolean()) {
      String run = answer.path("id").asText();
      print(List.of("sent nothing: the same replay was sent before, as run " + run));
    } else {
      print(List.of("replayed as run " + answer.path("id").asText()));
    }
    return ExitCodes.OK;
  }

  private static List<String> preview(JsonNode answer) {
    String run = answer.path("id").asText();
    if (answer.path("sentBefore").asBoolean()) {
      return List.of("would send nothing: the same replay was sent before, as run " + run);
    }
    List<String> lines = new ArrayList<>();
    lines.add("would be replayed as run " + run);
    answer.path("stages").forEach(stage -> lines.add("would send again: " + stage.asText()));
    answer.path("following").forEach(stage -> lines.add("would follow: " + stage.asText()));
    return lines;
  }

  private int deadLetters(RunnerApi api) {
    if (stages.size() > 1) {
      throw CliFailure.invalid(
          "--stage: found " + stages + ", expected one stage with --dead-letters");
    }
    Clock clock = Clock.systemUTC();
    ObjectNode request = changes();
    criteria.asOf(clock.instant()).forEach(request::put);
    stages.forEach(stage -> request.put("stage", stage));
    Rate pace = rate == null ? DEFAULT_RATE : rate;
    LetterReplay replay = new LetterReplay(api, request, dryRun, pace);
    return new LetterReplayRun(replay, pace, clock, this).execute();
  }

  private ObjectNode changes() {
    ObjectNode request = ClientJson.MAPPER.createObjectNode();
    if (resourceClass != null) {
      request.put("class", resourceClass);
    }
    if (priority != null) {
      request.put("priority", priority.word());
    }
    if (input != null) {
      request.set("input", InputFile.json(input));
    }
    return request;
  }
}
