package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.ClassView;
import io.tierflow.client.PoolView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Lists the classes with what waits for them, and the live workers of every pool. */
@Command(
    name = "pools",
    description = "What each resource class has and what waits for it, then the live workers.",
    footerHeading = "%nExample:%n",
    footer = "  tierflow pools --json")
final class PoolsCommand extends ClientCommand {

  private static final long MIB = 1024 * 1024;

  private static String handlers(PoolView worker) {
    return worker.handlers().stream()
        .map(
            handler -> {
              String guards = guards(worker, handler);
              return guards.isEmpty() ? handler : handler + " (" + guards + ")";
            })
        .collect(Collectors.joining(" "));
  }

  // A breaker that is closed is as it should be; an older runner tells none.
  private static String guards(PoolView worker, String handler) {
    String breaker =
        worker.breakers() == null ? "CLOSED" : worker.breakers().getOrDefault(handler, "CLOSED");
    String others = worker.guards() == null ? "" : worker.guards().getOrDefault(handler, "");
    return Stream.of(breaker.equals("CLOSED") ? "" : "breaker " + breaker, others)
        .filter(words -> !words.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private static String name(PoolView worker) {
    String notes =
        Stream.of(worker.stopping() ? "stopping" : "", limits(worker))
            .filter(words -> !words.isEmpty())
            .collect(Collectors.joining(", "));
    return notes.isEmpty() ? worker.worker() : worker.worker() + " (" + notes + ")";
  }

  // Control groups with all their limits are as it should be; an older runner tells nothing.
  private static String limits(PoolView worker) {
    String by = worker.limitedBy();
    return by == null || by.isEmpty() || by.matches("control groups v[12]")
        ? ""
        : "limited by " + by;
  }

  private static String busy(PoolView worker) {
    String slots = worker.busy() + "/" + worker.slots();
    return worker.waiting() == 0 ? slots : slots + ", waiting " + worker.waiting();
  }

  private static Table classes(JsonNode pools) {
    Table table =
        new Table(
            "CLASS",
            "WORKERS",
            "BUSY",
            "LAG",
            "PER SECOND",
            "DRAINED IN",
            "MEMORY",
            "HEARD",
            "VERSION");
    for (JsonNode item : pools.path("classes")) {
      ClassView view = ClientJson.convert(item, ClassView.class);
      table.row(
          Notes.tier(view.resourceClass(), view.launcher()),
          view.workers(),
          view.busy() + "/" + view.slots(),
          view.lag(),
          view.endedPerSecond() == null
              ? null
              : String.format(Locale.ROOT, "%.2f", view.endedPerSecond()),
          view.drainSeconds() == null
              ? null
              : Times.text(Duration.ofSeconds(Math.round(view.drainSeconds()))),
          view.memoryUsedBytes() / MIB + "/" + view.memoryMaxBytes() / MIB + " MiB",
          ago(view.lastHeartbeatAt()),
          view.versions().isEmpty() ? null : String.join(" ", view.versions()));
    }
    return table;
  }

  private static String ago(Instant at) {
    return at == null
        ? null
        : Times.text(Times.between(at, null, Clock.systemUTC().instant())) + " ago";
  }

  // The most that was seen too, where that is more.
  private static String memory(PoolView worker) {
    long peak = worker.memoryPeakBytes();
    return worker.memoryUsedBytes() / MIB
        + "/"
        + worker.memoryMaxBytes() / MIB
        + " MiB"
        + (peak > worker.memoryUsedBytes() ? ", peak " + peak / MIB : "");
  }

  @Override
  int execute(RunnerApi api) {
    JsonNode pools = api.get("/api/v1/pools", Shape.POOLS);
    if (json()) {
      print(pools);
      return ExitCodes.OK;
    }
    print(classes(pools).lines());
    Table table =
        new Table("CLASS", "WORKER", "BUSY", "DONE", "FAILED", "MEMORY", "HEARD", "HANDLERS");
    for (JsonNode item : pools.path("items")) {
      PoolView worker = ClientJson.convert(item, PoolView.class);
      table.row(
          Notes.tier(worker.resourceClass(), worker.launcher()),
          name(worker),
          busy(worker),
          worker.succeeded(),
          worker.failed(),
          memory(worker),
          ago(worker.lastHeartbeatAt()),
          worker.handlers() == null ? "" : handlers(worker));
    }
    print(table.lines());
    print(PausesCommand.lines(api, "class", null));
    return ExitCodes.OK;
  }
}
