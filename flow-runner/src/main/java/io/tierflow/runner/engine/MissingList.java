package io.tierflow.runner.engine;

import io.tierflow.client.MissingCompletion;
import io.tierflow.client.Page;
import io.tierflow.machine.Clearings;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.TaskKey;
import io.tierflow.runner.MissingFilter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The list of what is missing, newest first, part by part. Pure. */
final class MissingList {

  /** Where one lies in the list; no two are the same. */
  private record Position(long since, String runId, String what) implements Comparable<Position> {

    private static final Comparator<Position> ORDER =
        Comparator.comparingLong(Position::since)
            .reversed()
            .thenComparing(Position::runId)
            .thenComparing(Position::what);

    static Position of(MissingCompletion it) {
      return new Position(
          it.since().toEpochMilli(),
          it.runId() == null ? "" : it.runId(),
          it.runId() == null
              ? it.flow() + "/" + it.expectation() + "/" + it.key() + " " + it.reason()
              : it.place() + "#" + it.attempt() + " " + it.reason());
    }

    static Position parse(String cursor) {
      try {
        String[] parts =
            new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8)
                .split("\n", 3);
        return new Position(Long.parseLong(parts[0]), parts[1], parts[2]);
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            "cursor '" + cursor + "': expected a nextCursor of an earlier answer", e);
      }
    }

    String cursor() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((since + "\n" + runId + "\n" + what).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int compareTo(Position other) {
      return ORDER.compare(this, other);
    }
  }

  private MissingList() {}

  /** The part that a filter asks for, of all that is known. */
  static Page<MissingCompletion> page(Stream<MissingCompletion> known, MissingFilter filter) {
    Optional<Position> after = filter.cursor().map(Position::parse);
    List<MissingCompletion> items =
        known
            .filter(filter::wants)
            .filter(it -> after.filter(cursor -> cursor.compareTo(Position.of(it)) >= 0).isEmpty())
            .sorted(Comparator.comparing(Position::of))
            .limit(filter.limit())
            .toList();
    return new Page<>(
        items,
        items.size() < filter.limit() ? null : Position.of(items.get(items.size() - 1)).cursor());
  }

  /** What a run misses, or did a moment ago, as users see it. */
  static Stream<MissingCompletion> of(Flagged run) {
    return run.flags().stream().map(flag -> completion(run, flag));
  }

  private static MissingCompletion completion(Flagged run, MissingRecord.Flag flag) {
    TaskKey task = flag.task();
    Instant since = flag.since();
    String reason = flag.reason().name();
    String action = flag.isLack() ? "waits for a pool with its handler" : action(flag.reason());
    MissingCompletion found =
        task == null
            ? new MissingCompletion(
                run.runId(), run.flow(), reason, null, null, null, null, null, null, since, action)
            : new MissingCompletion(
                run.runId(),
                run.flow(),
                reason,
                task.pipeline(),
                task.stage(),
                task.isElement() ? task.index() : null,
                flag.resourceClass(),
                flag.launcherWord(),
                flag.attempt(),
                since,
                action);
    return (flag.isLack() ? found.withDetail(flag.wanted().detail()) : found)
        .cleared(flag.clearedAt(), Clearings.words(flag));
  }

  private static String action(MissingRecord.Reason reason) {
    return switch (reason) {
      case NO_WORKERS -> "waits for a pool to join";
      case NOT_PICKED_UP -> "stays queued; is sent again if its topic has lost it";
      case OVERDUE -> "is left to its worker";
      case HEARTBEAT_LOST -> "the next attempt follows";
      case UNACCOUNTED -> "what is due is sent again, if the run goes on";
      case RUN_OVERDUE, SCHEDULE_MISSED -> "goes on";
    };
  }
}
