package io.tierflow.runner.doctor;

import java.util.Optional;

/** The outcome of looking at something: what was seen, or why nothing was. */
sealed interface Look<T> {

  /** What was seen. */
  record Seen<T>(T what) implements Look<T> {}

  /** There was nothing to look at, by the deployment's own choice; that is no finding. */
  record Left<T>(String why) implements Look<T> {}

  /** It could not be looked at. */
  record Failed<T>(String why) implements Look<T> {}

  static <T> Look<T> seen(T value) {
    return new Seen<>(value);
  }

  static <T> Look<T> left(String why) {
    return new Left<>(why);
  }

  static <T> Look<T> failed(String why) {
    return new Failed<>(why);
  }

  /** What was seen, if anything was. */
  default Optional<T> value() {
    return this instanceof Seen<T> seen ? Optional.of(seen.what()) : Optional.empty();
  }
}
