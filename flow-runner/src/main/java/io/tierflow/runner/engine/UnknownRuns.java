package io.tierflow.runner.engine;

import com.github.f4b6a3.ulid.Ulid;
import io.tierflow.flow.file.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What to say of a run that is not here: never was, or past its retention. */
record UnknownRuns(Optional<Duration> retention) {

  /** The message of a 404. */
  String message(String runId) {
    String none = "no such run: " + runId;
    if (retention.isEmpty()) {
      return none;
    }
    String kept = "ended runs are kept for " + DurationText.format(retention.get());
    return submittedAt(runId)
        .map(at -> none + "; an id given at " + at + ", and " + kept)
        .orElse(none + "; " + kept);
  }

  // An id that follows from an idempotency key says nothing of when.
  private static Optional<Instant> submittedAt(String runId) {
    String text = runId.toUpperCase(Locale.ROOT);
    return Ulid.isValid(text) ? Optional.of(Ulid.getInstant(text)) : Optional.empty();
  }
}
