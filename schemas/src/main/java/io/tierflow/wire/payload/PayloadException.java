package io.tierflow.wire.payload;

/** A payload could not be stored or had back. */
public abstract sealed class PayloadException extends RuntimeException
    permits PayloadException.Lost, PayloadException.Unavailable {

  private static final long serialVersionUID = 1L;

  private PayloadException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Gone, damaged or never there: trying again is useless. */
  public static final class Lost extends PayloadException {

    private static final long serialVersionUID = 1L;

    /** Says which reference and what was found. */
    public Lost(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The store did not answer, or not in time: trying again later may help. */
  public static final class Unavailable extends PayloadException {

    private static final long serialVersionUID = 1L;

    /** Says which reference or topic, and what happened. */
    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
