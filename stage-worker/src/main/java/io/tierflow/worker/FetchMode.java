package io.tierflow.worker;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a slot takes tasks from the broker. */
public enum FetchMode {
  /** One task at a time: an idle slot anywhere takes the next one. For real work. */
  SINGLE,
  /** Batches that are finished as a whole: for floods of tasks of a few milliseconds or less. */
  BATCH,
  /** Begins as {@link #SINGLE} and becomes {@link #BATCH} while tasks prove short. */
  AUTO;

  /**
   * Reads the mode's name in lower case, as configurations write it.
   *
   * @throws IllegalArgumentException if there is no such mode; the message lists them
   */
  public static FetchMode parse(String text) {
    return Arrays.stream(values())
        .filter(mode -> mode.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "fetch mode '"
                        + text
                        + "': expected one of "
                        + Arrays.stream(values())
                            .map(FetchMode::toString)
                            .collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
