package io.tierflow.runner.letters;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How far a list of dead letters has come in each partition, and where it ends. The end is fixed
 * when the list begins: a replay that fails adds a letter, and a list that took it up would never
 * end. Immutable; as text it is opaque.
 */
record LetterCursor(SortedMap<Integer, Span> spans) {

  private static final Pattern SPAN = Pattern.compile("(\\d{1,9}):(\\d{1,18})-(\\d{1,18})");

  LetterCursor {
    spans = Collections.unmodifiableSortedMap(new TreeMap<>(spans));
  }

  /**
   * What is left of a partition.
   *
   * @param next the offset to go on from
   * @param end the offset to stop before
   */
  record Span(long next, long end) {

    boolean isEmpty() {
      return next >= end;
    }
  }

  static LetterCursor of(Map<Integer, Span> spans) {
    return new LetterCursor(new TreeMap<>(spans));
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is not one
   */
  static LetterCursor parse(String text) {
    SortedMap<Integer, Span> spans = new TreeMap<>();
    for (String part : decoded(text).split(",", -1)) {
      Matcher span = SPAN.matcher(part);
      if (!span.matches()) {
        throw refused(text, null);
      }
      spans.put(
          Integer.valueOf(span.group(1)),
          new Span(Long.parseLong(span.group(2)), Long.parseLong(span.group(3))));
    }
    return new LetterCursor(spans);
  }

  private static String decoded(String text) {
    try {
      return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException e) {
      throw refused(text, e);
    }
  }

  private static IllegalArgumentException refused(String text, Exception cause) {
    return new IllegalArgumentException(
        "cursor '" + text + "': expected a nextCursor of an earlier answer", cause);
  }

  /** How many letters there are at most until the end, meant or not. */
  long left() {
    return spans.values().stream().mapToLong(span -> Math.max(0, span.end() - span.next())).sum();
  }

  /** The text form. */
  @Override
  public String toString() {
    String text =
        spans.entrySet().stream()
            .map(e -> e.getKey() + ":" + e.getValue().next() + "-" + e.getValue().end())
            .collect(Collectors.joining(","));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
