package io.tierflow.worker.isolation;

/** A handler could not be called: its process does not start. Another worker may do better. */
public final class NotRunException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what was in the way. */
  public NotRunException(String message, Throwable cause) {
    super(message, cause);
  }
}
