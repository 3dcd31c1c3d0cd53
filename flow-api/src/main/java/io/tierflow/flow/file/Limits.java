package io.tierflow.flow.file;

/** How large a flow file may be; far beyond any real one, small enough to read at once. */
final class Limits {

  /** Characters of text. */
  static final int TEXT = 1_000_000;

  /** Objects, lists and values, each alias counted with all that it stands for. */
  static final int NODES = 100_000;

  /** Levels of objects and lists. */
  static final int DEPTH = 64;

  /** Aliases of objects and lists in YAML. */
  static final int ALIASES = 1000;

  private Limits() {}

  static void checkDepth(Place place, int depth) {
    if (depth > DEPTH) {
      throw new ExceededException(
          place, "objects and lists too deep", "at most " + DEPTH + " levels");
    }
  }

  /** Thrown out of a source that has passed a limit; the place and what was passed. */
  static final class ExceededException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Place place;
    private final String found;
    private final String expected;

    ExceededException(Place place, String found, String expected) {
      super(found + ", expected " + expected);
      this.place = place;
      this.found = found;
      this.expected = expected;
    }

    void addTo(Problems problems) {
      problems.add(place, "", found, expected);
    }
  }

  /** Counts what a source makes of its document. */
  static final class Counter {

    private int nodes;

    void count(Place place, int depth) {
      checkDepth(place, depth);
      nodes++;
      if (nodes > NODES) {
        throw new ExceededException(
            place,
            "a document too large",
            "at most " + NODES + " values, aliases counted with what they stand for");
      }
    }
  }
}
