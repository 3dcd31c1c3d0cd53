package io.tierflow.embedded;

/** A broker could not be started; the message names the place, what was found and expected. */
public class BrokerStartException extends RuntimeException {

  /** With a message for the user. */
  public BrokerStartException(String message) {
    super(message);
  }

  /** With a message for the user and what caused it. */
  public BrokerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
