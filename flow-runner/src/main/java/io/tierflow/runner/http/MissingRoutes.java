package io.tierflow.runner.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.Page;
import io.tierflow.runner.MissingFilter;
import io.tierflow.runner.RunService;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The completions that are missing now, or were a moment ago. */
final class MissingRoutes {

  private static final Set<String> REASONS =
      Set.of(
          "NO_WORKERS",
          "NOT_PICKED_UP",
          "HEARTBEAT_LOST",
          "OVERDUE",
          "RUN_OVERDUE",
          "SCHEDULE_MISSED",
          "REPORTED_FAILED",
          "UNACCOUNTED");
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final Duration MAX_CLEARED = Duration.ofMinutes(5); // as long as they are kept

  private final RunService service;

  MissingRoutes(RunService service) {
    this.service = service;
  }

  void register(RoutesConfig routes) {
    routes.get("/api/v1/missing", this::list);
  }

  private void list(Context ctx) {
    Requests.onlyParameters(
        ctx, "flow", "reason", "class", "cleared", "cursor", "limit", "partitions");
    Optional<String> reason =
        Requests.parameter(ctx, "reason").map(text -> text.toUpperCase(Locale.ROOT));
    if (reason.isPresent() && !REASONS.contains(reason.get())) {
      throw ProblemException.of(
          400, "reason: found '" + reason.get() + "', expected one of " + Requests.listed(REASONS));
    }
    MissingFilter filter =
        new MissingFilter(
            Requests.parameter(ctx, "flow"),
            reason,
            Requests.parameter(ctx, "class"),
            Requests.parameter(ctx, "cursor"),
            Requests.intParameter(ctx, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT),
            Requests.durationParameter(ctx, "cleared", MAX_CLEARED));
    Responses.json(ctx, 200, page(filter, RunRoutes.partitions(ctx)));
  }

  private Page<MissingCompletion> page(MissingFilter filter, Optional<Set<Integer>> partitions) {
    try {
      return partitions.isPresent()
          ? service.localMissing(filter, partitions.get())
          : service.missing(filter);
    } catch (IllegalArgumentException e) {
      throw ProblemException.of(400, e.getMessage());
    }
  }
}
