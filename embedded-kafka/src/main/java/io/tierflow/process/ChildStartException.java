package io.tierflow.process;

/** A child JVM ended, or stayed silent too long, before it said that it is ready. */
public final class ChildStartException extends RuntimeException {

  /** With a message for the user, the child's last lines included. */
  public ChildStartException(String message) {
    super(message);
  }

  /** With a message for the user and what caused it. */
  public ChildStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
