package io.tierflow.wire;

/**
 * The schema registry did not do what it was asked. The message names the request's URL and what to
 * do about it.
 */
public abstract sealed class RegistryException extends RuntimeException
    permits RegistryException.Unavailable, RegistryException.Refused {

  private static final long serialVersionUID = 1L;

  private RegistryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** It could not be reached, or had an inner error: trying again later may help. */
  public static final class Unavailable extends RegistryException {

    private static final long serialVersionUID = 1L;

    /** Says which URL, and what happened. */
    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** It answered no: wrong credentials, unknown subject, incompatible schema. */
  public static final class Refused extends RegistryException {

    private static final long serialVersionUID = 1L;

    /** Says which URL, and what the registry answered. */
    public Refused(String message) {
      super(message, null);
    }
  }
}
