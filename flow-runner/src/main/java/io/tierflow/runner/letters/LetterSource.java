package io.tierflow.runner.letters;

import io.tierflow.runner.RunService.UnavailableException;
import java.util.List;
import java.util.Optional;

/** Where dead letters are read. Implementations are thread-safe. */
public interface LetterSource {

  /**
   * Reads a part of the letters that a filter means, oldest first. It may have fewer than the limit
   * and still a cursor: reading a part is bounded in time and bytes.
   *
   * @param cursor the {@link LetterPage#nextCursor()} of the part before; empty for the first
   * @param limit how many at most
   * @throws IllegalArgumentException if the cursor is not one that this method gave
   * @throws UnavailableException if Kafka does not answer
   */
  LetterPage read(LetterFilter filter, Optional<String> cursor, int limit);

  /**
   * The letter of that id; empty when there is none.
   *
   * @throws UnavailableException if Kafka does not answer
   */
  Optional<Letter> find(String id);

  /**
   * How many letters there are at most from a cursor to the end of its list, whether a filter means
   * them or not: how much is still to be looked at.
   *
   * @throws IllegalArgumentException if the cursor is not one that {@link #read} gave
   */
  long left(String cursor);

  /** A part of a list. */
  record LetterPage(List<Letter> letters, Optional<String> nextCursor) {

    /** Copies the list. */
    public LetterPage {
      letters = List.copyOf(letters);
    }
  }
}
