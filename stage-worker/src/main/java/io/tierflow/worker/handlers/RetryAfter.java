package io.tierflow.worker.handlers;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads a Retry-After header: seconds, or a date compared with the clock. */
final class RetryAfter {

  private final InstantSource clock;

  RetryAfter(InstantSource clock) {
    this.clock = clock;
  }

  /** How long to wait, at least 0; empty if the header is neither seconds nor a date. */
  Optional<Duration> parse(String header) {
    String text = header.strip();
    if (text.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), until);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      // A header nobody can read is as good as none: the stage's own back-off applies.
      return Optional.empty();
    }
  }
}
