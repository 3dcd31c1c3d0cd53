package io.tierflow.runner.cli;

import io.tierflow.flow.file.DurationText;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long ended runs are kept, as the command line says it; empty for ever. */
record RunRetention(Optional<Duration> time) {

  /** Replies may still be on their way, and commands may be read again after a crash. */
  private static final Duration LEAST = Duration.ofMinutes(1);

  /** Reads it. */
  static final class Reader implements ITypeConverter<RunRetention> {
    @Override
    public RunRetention convert(String text) {
      if (text.equals("forever")) {
        return new RunRetention(Optional.empty());
      }
      try {
        Duration time = DurationText.parse(text);
        if (time.compareTo(LEAST) >= 0) {
          return new RunRetention(Optional.of(time));
        }
      } catch (IllegalArgumentException e) {
        // Refused below, like a time that is too short.
      }
      throw new TypeConversionException(
          "found '" + text + "', expected a time of at least 1m such as 12h or 30d, or 'forever'");
    }
  }
}
