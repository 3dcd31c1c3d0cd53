package io.tierflow.runner.alerts;

/** Where alerts go. One thread uses it. */
interface AlertTarget {

  /** What it is called in logs, metrics and its consumer group; holds no secret. */
  String name();

  /**
   * Hands an alert over.
   *
   * @throws NotTakenException if it was not taken; it is to be tried again
   * @throws InterruptedException if the runner stops meanwhile
   */
  void send(Alert alert) throws NotTakenException, InterruptedException;

  /** An alert was not taken. */
  final class NotTakenException extends Exception {
    private static final long serialVersionUID = 1L;

    NotTakenException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
