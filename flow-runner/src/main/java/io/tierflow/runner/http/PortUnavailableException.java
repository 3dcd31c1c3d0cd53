package io.tierflow.runner.http;

/** The address that the API should listen on cannot be bound, most often because it is taken. */
public final class PortUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PortUnavailableException(String host, int port, Throwable cause) {
    super(
        "cannot listen on "
            + host
            + ":"
            + port
            + ": is another process using this port? --http-port 0 takes any free one",
        cause);
  }
}
