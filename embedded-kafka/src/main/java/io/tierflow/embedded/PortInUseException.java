package io.tierflow.embedded;

/** A port that a broker was told to listen on is already taken. */
public final class PortInUseException extends BrokerStartException {

  private final int port;

  PortInUseException(String purpose, int port, String howToChange, Throwable cause) {
    super(
        "port "
            + port
            + " ("
            + purpose
            + ") is taken by another process on 127.0.0.1; stop that process, or "
            + howToChange,
        cause);
    this.port = port;
  }

  /** The port that is taken. */
  public int port() {
    return port;
  }
}
