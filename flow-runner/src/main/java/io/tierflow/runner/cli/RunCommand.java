package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.client.FailureView;
import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.flow.Priority;
import io.tierflow.flow.file.DurationText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Submits a run, and waits for its end if asked to. */
@Command(
    name = "run",
    description = "Submit a run of a flow; print its id; with --wait, its progress too.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:submitted; with --wait, succeeded",
      "1:the run failed, was cancelled, or went on past --timeout",
      "2:the command line or the input is not valid",
      "3:the runner cannot be reached"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow run weather --input day.json --wait",
      "  tierflow run weather --input all-of-2025.json --priority low",
      "  echo '{\"station\": 7}' | tierflow run weather --input -",
      "  tierflow run weather --label team=blue --idempotency-key monday --wait"
    })
final class RunCommand extends ClientCommand {

  @Parameters(paramLabel = "FLOW", description = "The flow; its newest version runs.")
  private String flow;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "The run's input as JSON; - reads standard input. Default: {}")
  private Path input;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "Marks the run, for lists; may be given more than once.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "With the same flow and key there is one run, however often it is submitted.")
  private String idempotencyKey;

  @Option(
      names = "--priority",
      paramLabel = "low|normal|high",
      converter = PriorityConverter.class,
      description =
          "Which runs go first where many wait for one class. Default: its flow's priority, which"
              + " is normal unless the flow says otherwise.")
  private Priority priority;

  @Option(names = "--wait", description = "Show the run's progress until it ends.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "With --wait: stop waiting after this time, for example 90s or 5m.")
  private Duration timeout;

  @Override
  int execute(RunnerApi api) {
    if (timeout != null && !wait) {
      throw CliFailure.invalid("found --timeout without --wait, expected both or neither");
    }
    ObjectNode body = ClientJson.MAPPER.createObjectNode();
    body.set("input", input == null ? ClientJson.MAPPER.createObjectNode() : input(api));
    body.set("labels", ClientJson.MAPPER.valueToTree(labels));
    if (priority != null) {
      body.put("priority", priority.word());
    }
    Map<String, String> headers =
        idempotencyKey == null ? Map.of() : Map.of("Idempotency-Key", idempotencyKey);
    JsonNode submitted = submit(api, body, headers);
    String id = submitted.path("id").textValue();
    if (!wait) {
      if (json()) {
        print(submitted);
      } else {
        print(List.of(id));
      }
      return ExitCodes.OK;
    }
    if (!json()) {
      print(List.of(id));
    }
    Clock clock = Clock.systemUTC();
    RunWatch watch = new RunWatch(api, id, display(), clock);
    return ended(RunWait.await(watch, Optional.ofNullable(timeout), clock, err()));
  }

  private JsonNode submit(RunnerApi api, ObjectNode body, Map<String, String> headers) {
    try {
      return api.post("/api/v1/flows/" + RunnerApi.encoded(flow) + "/runs", body, headers);
    } catch (CliFailure failure) {
      if (failure.document().path("status").asInt() == 404 && Files.isRegularFile(Path.of(flow))) {
        throw failure.and(
            CliFailure.invalid(
                "found a file of this name, expected the name of a flow; first give its file to"
                    + " the runner: tierflow flow apply "
                    + flow));
      }
      throw failure;
    }
  }

  /** An input that cannot be read is not sent: what else is wrong is asked for then. */
  private JsonNode input(RunnerApi api) {
    try {
      return InputFile.json(input);
    } catch (CliFailure unreadable) {
      try {
        api.get("/api/v1/flows/" + RunnerApi.encoded(flow), Shape.FLOW);
      } catch (CliFailure unknown) {
        throw unknown.exitCode() == ExitCodes.INVALID ? unknown.and(unreadable) : unreadable;
      }
      throw unreadable;
    }
  }

  private RunDisplay display() {
    if (json()) {
      return RunDisplay.NONE;
    }
    return LiveDisplay.onTerminal(out())
        .<RunDisplay>map(terminal -> terminal)
        .orElseGet(() -> new ChangeDisplay(out(), glyphs()));
  }

  private int ended(JsonNode document) {
    RunView run = ClientJson.convert(document, RunView.class);
    if (json()) {
      print(document);
    }
    if (run.state().equals("SUCCEEDED")) {
      return ExitCodes.OK;
    }
    err().println("run " + run.id() + " " + run.state() + reason(run));
    return ExitCodes.FAILED;
  }

  /** The run's own failure, and the stage where it began. */
  private static String reason(RunView run) {
    for (PipelineView pipeline : run.pipelines()) {
      for (StageView stage : pipeline.stages()) {
        if (stage.state().equals("FAILED")) {
          FailureView failure =
              stage.attempts().isEmpty()
                  ? null
                  : stage.attempts().get(stage.attempts().size() - 1).failure();
          String where = ": " + pipeline.name() + "/" + stage.name();
          return where + failure(failure == null ? run.failure() : failure);
        }
      }
    }
    return failure(run.failure());
  }

  private static String failure(FailureView failure) {
    return failure == null ? "" : ": " + Notes.failure(failure);
  }

  /** Reads priorities as flow files write them. */
  static final class PriorityConverter implements ITypeConverter<Priority> {

    @Override
    public Priority convert(String text) {
      return Priority.of(text)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "found '"
                          + text
                          + "', expected one of "
                          + String.join(", ", Priority.words())));
    }
  }

  /** Reads times as flow files write them. */
  static final class TimeConverter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
      try {
        return DurationText.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("found '" + text + "', expected " + e.getMessage());
      }
    }
  }
}
