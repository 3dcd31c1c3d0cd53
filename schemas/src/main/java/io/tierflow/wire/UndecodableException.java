package io.tierflow.wire;

/** The bytes of a record are not a value of the expected type: it belongs in the dead letters. */
public final class UndecodableException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what was found and what was expected. */
  public UndecodableException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says what was found and what was expected. */
  public UndecodableException(String message) {
    super(message);
  }
}
