package io.tierflow.runner.profile;

import io.tierflow.client.AttemptView;
import io.tierflow.client.StageView;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A stage that was dispatched and ended, with its times.
 *
 * @param queuedAt the first dispatch
 * @param endedAt the last end, by the worker's clock; never before queuedAt
 */
record TimedStage(
    String pipeline,
    StageView view,
    Instant queuedAt,
    Instant endedAt,
    Duration queue,
    Duration run) {

  /** Whether the stage has the times it takes: it was dispatched, and an attempt of it ended. */
  static boolean isTimed(StageView stage) {
    return first(stage, AttemptView::queuedAt) != null && last(stage, AttemptView::endedAt) != null;
  }

  static TimedStage of(String pipeline, StageView stage) {
    Instant queued = first(stage, AttemptView::queuedAt);
    Instant ended = latest(queued, last(stage, AttemptView::endedAt));
    if (stage.elements() != null) {
      // Elements run side by side: their times overlap, so only the span counts.
      Instant started = first(stage, AttemptView::startedAt);
      Instant begun = started == null ? ended : started;
      return new TimedStage(
          pipeline, stage, queued, ended, between(queued, begun), between(begun, ended));
    }
    Duration queue = Duration.ZERO;
    Duration run = Duration.ZERO;
    for (AttemptView attempt : stage.attempts()) {
      queue = queue.plus(between(attempt.queuedAt(), attempt.startedAt()));
      run = run.plus(between(attempt.startedAt(), attempt.endedAt()));
    }
    return new TimedStage(pipeline, stage, queued, ended, queue, run);
  }

  String worker() {
    return lastAttempts().map(AttemptView::worker).filter(Objects::nonNull).findFirst().orElse("");
  }

  String resourceClass() {
    return lastAttempts()
        .map(AttemptView::resourceClass)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(view.resourceClass());
  }

  /** The time between, never negative: clocks of different machines differ. Zero if unknown. */
  static Duration between(Instant from, Instant to) {
    return from == null || to == null || to.isBefore(from)
        ? Duration.ZERO
        : Duration.between(from, to);
  }

  static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private Stream<AttemptView> lastAttempts() {
    return view.attempts().stream().sorted(Comparator.comparingInt(AttemptView::number).reversed());
  }

  private static Instant first(StageView stage, Function<AttemptView, Instant> time) {
    return times(stage, time).min(Comparator.naturalOrder()).orElse(null);
  }

  private static Instant last(StageView stage, Function<AttemptView, Instant> time) {
    return times(stage, time).max(Comparator.naturalOrder()).orElse(null);
  }

  private static Stream<Instant> times(StageView stage, Function<AttemptView, Instant> time) {
    List<AttemptView> attempts = stage.attempts() == null ? List.of() : stage.attempts();
    return attempts.stream().map(time).filter(Objects::nonNull);
  }
}
