package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.MissingCompletion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Follows what is missing, through restarts of the runner. One thread only. */
final class MissingWatch {

  private final RunnerApi api;
  private final String path;
  private final MissingDisplay display;
  private final InstantSource clock;
  private Map<Key, MissingCompletion> known = Map.of();
  private Instant lastSeen;

  /** What makes one of them the same at the next look. */
  private record Key(String of, String place, String reason, Integer attempt, Instant since) {
    static Key of(MissingCompletion it) {
      String of =
          it.expectation() == null
              ? it.flow() + "\n" + it.runId()
              : it.expectation() + "\n" + it.key();
      return new Key(of, it.place(), it.reason(), it.attempt(), it.since());
    }
  }

  MissingWatch(RunnerApi api, String path, MissingDisplay display, InstantSource clock) {
    this.api = api;
    this.path = path;
    this.display = display;
    this.clock = clock;
    this.lastSeen = clock.instant();
  }

  /**
   * Asks once and shows what came.
   *
   * @throws CliFailure if the runner refuses, or has been silent past the patience
   */
  void step() {
    JsonNode page;
    try {
      page = api.get(path, Shape.MISSING);
    } catch (CliFailure e) {
      boolean patient =
          Duration.between(lastSeen, clock.instant()).compareTo(RunWatch.PATIENCE) <= 0;
      if (e.exitCode() != ExitCodes.UNREACHABLE || !patient) {
        throw e;
      }
      display.note(RunWatch.tryingAgain(e.getMessage()));
      return;
    }
    lastSeen = clock.instant();
    show(read(page), page.path("nextCursor").isTextual());
  }

  private void show(List<MissingCompletion> now, boolean isCutOff) {
    Map<Key, MissingCompletion> next = new LinkedHashMap<>();
    now.forEach(it -> next.put(Key.of(it), it));
    List<MissingCompletion> risen = oldestFirst(next, key -> !known.containsKey(key));
    List<MissingCompletion> cleared =
        oldestFirst(next, key -> next.get(key).clearedAt() != null && !hadCleared(key));
    // What fell off the end of a full list is not watched any more; it may stand all the same.
    Instant oldest = isCutOff ? now.get(now.size() - 1).since() : Instant.MIN;
    cleared.addAll(
        oldestFirst(
            known,
            key -> !next.containsKey(key) && !hadCleared(key) && key.since().isAfter(oldest)));
    known = next;
    display.show(lastSeen, now, risen, cleared);
  }

  private boolean hadCleared(Key key) {
    return known.containsKey(key) && known.get(key).clearedAt() != null;
  }

  // The list is newest first, a log oldest first.
  private static List<MissingCompletion> oldestFirst(
      Map<Key, MissingCompletion> of, Predicate<Key> which) {
    List<MissingCompletion> some = new ArrayList<>();
    of.forEach(
        (key, it) -> {
          if (which.test(key)) {
            some.add(0, it);
          }
        });
    return some;
  }

  static List<MissingCompletion> read(JsonNode page) {
    List<MissingCompletion> items = new ArrayList<>();
    page.path("items")
        .forEach(item -> items.add(ClientJson.convert(item, MissingCompletion.class)));
    return items;
  }
}
