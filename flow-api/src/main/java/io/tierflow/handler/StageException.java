package io.tierflow.handler;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;

/** Thrown by a handler to say how its attempt failed. */
public final class StageException extends Exception {

  private static final long serialVersionUID = 1L;

  private static final String NO_THREAD = "unable to create native thread";

  private final transient Failure failure;

  /** Fails the attempt with this failure. */
  public StageException(Failure failure) {
    super(failure.message());
    this.failure = failure;
  }

  /** Fails the attempt with this kind and message; the cause becomes the detail. */
  public StageException(FailureKind kind, String message, Throwable cause) {
    super(message, cause);
    this.failure = Failure.of(kind, message, String.valueOf(cause));
  }

  /** The input is not what this handler takes; it is not tried again. */
  public static StageException invalidInput(String message) {
    return new StageException(Failure.of(FailureKind.INVALID_INPUT, message));
  }

  /** The work failed and trying again is useless. */
  public static StageException permanent(String message) {
    return new StageException(
        new Failure(FailureKind.HANDLER_ERROR, message, "", true, Optional.empty()));
  }

  /** The work failed for now: try again, but no sooner than this. */
  public static StageException retryAfter(Duration wait, String message) {
    return new StageException(
        new Failure(FailureKind.HANDLER_ERROR, message, "", false, Optional.of(wait)));
  }

  /**
   * What is reported of anything that a handler throws: what it says itself, else its kind with the
   * stack as the detail, however long that is.
   */
  public static Failure failureOf(Throwable thrown) {
    if (thrown instanceof StageException said && said.failure() != null) {
      return said.failure().isGivenBack() ? deferred(said.failure()) : said.failure();
    }
    FailureKind kind = FailureKind.HANDLER_ERROR;
    try {
      StringWriter stack = new StringWriter();
      thrown.printStackTrace(new PrintWriter(stack));
      String text = String.valueOf(thrown);
      if (thrown instanceof OutOfMemoryError) {
        if (text.contains(NO_THREAD)) { // Java's name for it: a larger class may not have more
          return Failure.of(kind, "no further thread can be started: " + text, stack.toString());
        }
        kind = FailureKind.OUT_OF_MEMORY;
      }
      return Failure.of(kind, text, stack.toString());
    } catch (RuntimeException | StackOverflowError e) { // its own methods are a user's, too
      return Failure.of(
          kind, thrown.getClass().getName() + ", which fails to describe itself: " + e.getClass());
    }
  }

  // Only a worker gives a task back: a handler that defers it at once would do so without end.
  private static Failure deferred(Failure failure) {
    return Failure.of(failure.kind(), failure.message(), failure.detail());
  }

  /** What is reported. */
  public Failure failure() {
    return failure;
  }
}
