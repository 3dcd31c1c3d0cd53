package io.tierflow.runner.letters;

import io.tierflow.schemas.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Dead letters in one partition, in memory. Not thread-safe. */
public final class InMemoryLetters implements LetterSource {

  private final List<Letter> letters = new ArrayList<>();
  private int read;
  private int readsLeft = Integer.MAX_VALUE;
  private Supplier<RuntimeException> failure = () -> null;

  /** Adds a letter at the end. */
  public void add(ALetter letter) {
    add(letter.content());
  }

  /** Adds a letter at the end. */
  public void add(DeadLetter content) {
    letters.add(ALetter.letter(0, letters.size(), content));
  }

  /** After so many reads, each fails with this. */
  public void failAfter(int reads, Supplier<RuntimeException> cause) {
    readsLeft = reads;
    failure = cause;
  }

  /** How many letters have been looked at so far, again and again counted. */
  int read() {
    return read;
  }

  @Override
  public LetterPage read(LetterFilter filter, Optional<String> cursor, int limit) {
    if (readsLeft-- <= 0) {
      throw failure.get();
    }
    List<Letter> found = new ArrayList<>();
    int next = cursor.map(InMemoryLetters::offset).orElse(0);
    while (next < letters.size() && found.size() < limit) {
      Letter letter = letters.get(next++);
      read++;
      if (filter.accepts(letter)) {
        found.add(letter);
      }
    }
    return new LetterPage(
        found, next < letters.size() ? Optional.of(Integer.toString(next)) : Optional.empty());
  }

  @Override
  public Optional<Letter> find(String id) {
    return letters.stream().filter(letter -> letter.id().equals(id)).findFirst();
  }

  @Override
  public long left(String cursor) {
    return (long) letters.size() - offset(cursor);
  }

  private static int offset(String cursor) {
    try {
      return Integer.parseInt(cursor);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("cursor '" + cursor + "': expected a number", e);
    }
  }
}
