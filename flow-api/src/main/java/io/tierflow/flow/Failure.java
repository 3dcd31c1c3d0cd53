package io.tierflow.flow;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Why an attempt did not succeed.
 *
 * @param kind what kind of thing went wrong
 * @param message one line for a person
 * @param detail a stack trace, standard error, or whatever else helps; empty when there is none
 * @param permanent whether the handler said that trying again is useless
 * @param retryAfter the handler's wish not to be tried again any sooner
 * @param tooLarge whether its worker never has the memory that the task declares, so that it did
 *     not begin, and is to go to a larger class if it has one
 * @param outsideSlot whether the memory that ran out was not that of its slot, but of the worker's
 *     machine, container or control group: it says nothing of what the task needs
 */
public record Failure(
    FailureKind kind,
    String message,
    String detail,
    boolean permanent,
    Optional<Duration> retryAfter,
    boolean tooLarge,
    boolean outsideSlot) {

  /** Checks that nothing is null. */
  public Failure {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(retryAfter, "retryAfter");
  }

  /** One of a task that may have begun. */
  public Failure(
      FailureKind kind,
      String message,
      String detail,
      boolean permanent,
      Optional<Duration> retryAfter) {
    this(kind, message, detail, permanent, retryAfter, false, false);
  }

  /**
   * The task needs more memory than its worker ever has; another one may have it, or a larger
   * class.
   */
  public static Failure tooLarge(String message, Duration retryAfter) {
    return new Failure(
        FailureKind.DEFERRED, message, "", false, Optional.of(retryAfter), true, false);
  }

  /** The same where another worker of the same class has the memory: the task is only put off. */
  public Failure butNotElsewhere() {
    return new Failure(kind, message, detail, permanent, retryAfter, false, outsideSlot);
  }

  /**
   * The machine, container or control group of its worker had no memory left, though its slot had:
   * the attempt after it may go to a larger class, but nothing is learned of what the task needs.
   */
  public static Failure outsideSlot(String message, String detail) {
    return new Failure(
        FailureKind.OUT_OF_MEMORY, message, detail, false, Optional.empty(), false, true);
  }

  /**
   * The task was given back by its worker, which is not to blame for it either: it is sent again at
   * once, however often that happens.
   */
  public static Failure givenBack(String message) {
    return new Failure(FailureKind.DEFERRED, message, "", false, Optional.of(Duration.ZERO));
  }

  /** Whether it is one of {@link #givenBack}. */
  public boolean isGivenBack() {
    return kind == FailureKind.DEFERRED && retryAfter.filter(Duration::isZero).isPresent();
  }

  /** A failure without detail that may be tried again. */
  public static Failure of(FailureKind kind, String message) {
    return new Failure(kind, message, "", false, Optional.empty());
  }

  /** A failure with detail that may be tried again. */
  public static Failure of(FailureKind kind, String message, String detail) {
    return new Failure(kind, message, detail, false, Optional.empty());
  }
}
