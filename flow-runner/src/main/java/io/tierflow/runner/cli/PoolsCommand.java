package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.PoolView;
import java.time.Clock;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Lists the live workers of every pool. */
@Command(
    name = "pools",
    description = "List the live workers, by resource class.",
    footerHeading = "%nExample:%n",
    footer = "  tierflow pools --json")
final class PoolsCommand extends ClientCommand {

  private static final long MIB = 1024 * 1024;

  // A breaker that is closed is as it should be.
  private static String handlers(PoolView worker) {
    return worker.handlers().stream()
        .map(
            handler -> {
              String breaker =
                  worker.breakers() == null
                      ? "CLOSED"
                      : worker.breakers().getOrDefault(handler, "CLOSED");
              return breaker.equals("CLOSED") ? handler : handler + " (breaker " + breaker + ")";
            })
        .collect(Collectors.joining(" "));
  }

  @Override
  int execute(RunnerApi api) {
    JsonNode pools = api.get("/api/v1/pools", Shape.POOLS);
    if (json()) {
      print(pools);
      return ExitCodes.OK;
    }
    Table table =
        new Table("CLASS", "WORKER", "BUSY", "DONE", "FAILED", "MEMORY", "HEARD", "HANDLERS");
    for (JsonNode item : pools.path("items")) {
      PoolView worker = ClientJson.convert(item, PoolView.class);
      table.row(
          Notes.tier(worker.resourceClass(), worker.launcher()),
          worker.worker() + (worker.stopping() ? " (stopping)" : ""),
          worker.busy() + "/" + worker.slots(),
          worker.succeeded(),
          worker.failed(),
          worker.memoryUsedBytes() / MIB + "/" + worker.memoryMaxBytes() / MIB + " MiB",
          worker.lastHeartbeatAt() == null
              ? null
              : Times.text(
                      Times.between(worker.lastHeartbeatAt(), null, Clock.systemUTC().instant()))
                  + " ago",
          worker.handlers() == null ? "" : handlers(worker));
    }
    print(table.lines());
    print(PausesCommand.lines(api, "class", null));
    return ExitCodes.OK;
  }
}
