package io.tierflow.runner.cli;

import io.tierflow.client.AttemptView;
import io.tierflow.client.PipelineView;
import io.tierflow.client.StageView;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How long the parts of a run took, or have taken until now, and how that is written. */
final class Times {

  private static final Set<String> OPEN = Set.of("WAITING", "QUEUED", "RUNNING", "RETRYING");

  private Times() {}

  /** Time from the first start to the end, waits between attempts included. */
  static Optional<Duration> worked(StageView stage, Instant now) {
    return span(
        stage.attempts().stream().map(AttemptView::startedAt), ends(stage), isOpen(stage), now);
  }

  /** How long a stage that nobody has started yet has been in its queue. */
  static Optional<Duration> queued(StageView stage, Instant now) {
    return span(stage.attempts().stream().map(AttemptView::queuedAt), Stream.empty(), true, now);
  }

  static Optional<Duration> worked(PipelineView pipeline, Instant now) {
    List<AttemptView> attempts =
        pipeline.stages().stream().flatMap(stage -> stage.attempts().stream()).toList();
    return span(
        attempts.stream().map(AttemptView::queuedAt),
        attempts.stream().map(AttemptView::endedAt),
        pipeline.stages().stream().anyMatch(Times::isOpen) && OPEN.contains(pipeline.state()),
        now);
  }

  static Duration between(Instant start, Instant end, Instant now) {
    return nonNegative(Duration.between(start, end == null ? now : end));
  }

  static boolean isOpen(StageView stage) {
    return OPEN.contains(stage.state());
  }

  /** Seconds with one decimal; from a minute on, minutes and seconds; then hours and minutes. */
  static String text(Duration time) {
    if (time.toMinutes() < 1) {
      return String.format(Locale.ROOT, "%.1fs", Math.floor(time.toMillis() / 100.0) / 10);
    }
    return time.toHours() < 1
        ? String.format(Locale.ROOT, "%dm%02ds", time.toMinutes(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%dh%02dm", time.toHours(), time.toMinutesPart());
  }

  private static Stream<Instant> ends(StageView stage) {
    return stage.attempts().stream().map(AttemptView::endedAt);
  }

  private static Optional<Duration> span(
      Stream<Instant> starts, Stream<Instant> ends, boolean open, Instant now) {
    Optional<Instant> start = starts.filter(Objects::nonNull).min(Comparator.naturalOrder());
    Optional<Instant> end =
        open ? Optional.of(now) : ends.filter(Objects::nonNull).max(Comparator.naturalOrder());
    return start.flatMap(from -> end.map(to -> nonNegative(Duration.between(from, to))));
  }

  /** The clocks of workers, runner and this machine are not one. */
  private static Duration nonNegative(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }
}
