package io.tierflow.runner.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.tierflow.client.DeadLetterView;
import io.tierflow.client.Page;
import io.tierflow.client.ReplayedLetter;
import io.tierflow.runner.RunService;
import io.tierflow.runner.http.ProblemException.BodyProblem;
import io.tierflow.runner.letters.BulkReplay;
import io.tierflow.runner.letters.LetterFilter;
import io.tierflow.runner.letters.LetterFilter.InvalidCriterionException;
import io.tierflow.runner.letters.LetterSource.LetterPage;
import io.tierflow.runner.letters.LetterViews;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Listing and showing dead letters, and sending some of them again. */
final class DeadLetterRoutes {

  static final int DEFAULT_LIMIT = 100;
  static final int MAX_LIMIT = 1000;

  private static final String[] PARAMETERS =
      Stream.concat(LetterFilter.CRITERIA.stream().sorted(), Stream.of("cursor", "limit"))
          .toArray(String[]::new);

  private final RunService service;
  private final Requests requests;

  DeadLetterRoutes(RunService service, Requests requests) {
    this.service = service;
    this.requests = requests;
  }

  void register(RoutesConfig routes) {
    routes.get("/api/v1/dead-letters", this::list);
    routes.get("/api/v1/dead-letters/{id}", this::show);
    routes.post("/api/v1/dead-letters/replay", this::replay);
  }

  private void list(Context ctx) {
    Requests.onlyParameters(ctx, PARAMETERS);
    Map<String, String> criteria = new HashMap<>();
    for (String name : LetterFilter.CRITERIA) {
      Requests.parameter(ctx, name).ifPresent(value -> criteria.put(name, value));
    }
    Optional<String> cursor = Requests.parameter(ctx, "cursor");
    int limit = Requests.intParameter(ctx, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    LetterPage page =
        valid(() -> service.deadLetters().read(LetterFilter.of(criteria), cursor, limit));
    Responses.json(
        ctx,
        200,
        new Page<DeadLetterView>(
            page.letters().stream().map(LetterViews::of).toList(), page.nextCursor().orElse(null)));
  }

  private void show(Context ctx) {
    Requests.onlyParameters(ctx);
    String id = ctx.pathParam("id");
    Responses.json(
        ctx,
        200,
        service
            .deadLetters()
            .find(id)
            .map(LetterViews::of)
            .orElseThrow(() -> ProblemException.of(404, "no such dead letter: " + id)));
  }

  private void replay(Context ctx) {
    Requests.onlyParameters(ctx);
    BulkReplay.Request request =
        ReplayBody.read(requests.body(ctx, Requests.JSON), service.knownClasses());
    Page<ReplayedLetter> page = valid(() -> service.replayDeadLetters(request));
    String cursor = page.nextCursor();
    Responses.json(
        ctx,
        200,
        new Replayed(
            page.items(), cursor, cursor == null ? 0 : service.deadLetters().left(cursor)));
  }

  /**
   * A part of what was replayed.
   *
   * @param left how many dead letters are still to be looked at, meant or not
   */
  private record Replayed(List<ReplayedLetter> items, String nextCursor, long left) {}

  private static <T> T valid(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (InvalidCriterionException e) {
      throw invalid(e);
    } catch (IllegalArgumentException e) {
      throw ProblemException.of(400, e.getMessage());
    }
  }

  static ProblemException invalid(InvalidCriterionException e) {
    return ProblemException.unreadable(
        e.getMessage(), BodyProblem.at(e.criterion(), "'" + e.found() + "'", e.expected()));
  }
}
