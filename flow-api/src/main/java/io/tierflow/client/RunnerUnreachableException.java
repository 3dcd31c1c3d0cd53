package io.tierflow.client;

import java.net.URI;

/** No runner answered at the URL. */
public final class RunnerUnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final URI runner;

  /** Names the runner that did not answer. */
  public RunnerUnreachableException(URI runner, Throwable cause) {
    super("no runner answers at " + runner + ": " + describe(cause), cause);
    this.runner = runner;
  }

  /** Where no runner answered. */
  public URI runner() {
    return runner;
  }

  // The JDK's connect failures often have no message at all.
  private static String describe(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
