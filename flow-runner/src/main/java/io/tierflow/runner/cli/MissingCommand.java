package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** Lists the completions that are missing now, or follows them. */
@Command(
    name = "missing",
    description = "List the completions that are missing now, newest first.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tierflow missing --reason NO_WORKERS",
      "  tierflow missing --flow weather --watch",
      "  tierflow missing --cleared 5m     what was missing a moment ago, too",
      "  tierflow missing --watch --json   one line of JSON per change"
    })
final class MissingCommand extends ClientCommand {

  private static final long WATCH_MILLIS = 1000;
  private static final String WATCH_CLEARED = "1m";

  @Option(names = "--flow", paramLabel = "FLOW", description = "Only of runs of this flow.")
  private String flow;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "Only of tasks of this resource class.")
  private String resourceClass;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description =
          "Only for this reason: NO_WORKERS, NOT_PICKED_UP, HEARTBEAT_LOST, OVERDUE, RUN_OVERDUE,"
              + " SCHEDULE_MISSED, REPORTED_FAILED or UNACCOUNTED.")
  private String reason;

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

  @Option(
      names = "--cleared",
      paramLabel = "DURATION",
      description =
          "Also what has cleared for at most so long, up to 5m. With --watch 1m, so that nothing"
              + " clears unseen; else none.")
  private String cleared;

  @Option(
      names = "--watch",
      description = "Show what rises and clears, until Ctrl-C; the newest 1000 are watched.")
  private boolean watch;

  @Override
  int execute(RunnerApi api) {
    if (watch) {
      return watch(api);
    }
    JsonNode page = api.get(path(limit), Shape.MISSING);
    if (json()) {
      print(page);
      return ExitCodes.OK;
    }
    print(MissingTable.lines(MissingWatch.read(page)));
    if (page.path("nextCursor").isTextual()) {
      print(List.of("", "there are more: --cursor " + page.path("nextCursor").textValue()));
    }
    return ExitCodes.OK;
  }

  private int watch(RunnerApi api) {
    if (cursor != null) {
      throw CliFailure.invalid("--cursor: found with --watch, expected one of them");
    }
    MissingWatch following = new MissingWatch(api, path(1000), display(), Clock.systemUTC());
    try {
      while (true) {
        following.step();
        TimeUnit.MILLISECONDS.sleep(WATCH_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.OK;
    }
  }

  private MissingDisplay display() {
    if (json()) {
      return new MissingDisplay.Json(out());
    }
    return Ansi.AUTO.enabled()
        ? new MissingDisplay.Live(new Screen(out(), TerminalSize.rows()))
        : new MissingDisplay.Changes(out());
  }

  private String path(int most) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("flow", flow);
    parameters.put("class", resourceClass);
    parameters.put("reason", reason);
    parameters.put("cursor", cursor);
    parameters.put("cleared", cleared == null && watch ? WATCH_CLEARED : cleared);
    StringBuilder path = new StringBuilder("/api/v1/missing?limit=" + most);
    parameters.forEach(
        (name, value) -> {
          if (value != null) {
            path.append('&').append(name).append('=').append(RunnerApi.encoded(value));
          }
        });
    return path.toString();
  }
}
