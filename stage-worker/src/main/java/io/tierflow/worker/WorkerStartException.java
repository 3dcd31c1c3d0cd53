package io.tierflow.worker;

/** A worker could not start; the message says in one line what was missing or refused. */
public final class WorkerStartException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why it could not. */
  public enum Reason {
    /** No broker answered at the bootstrap servers, or no schema registry at its URL. */
    UNREACHABLE,
    /** A setting of the Kafka clients cannot be used. */
    INVALID,
    /** They answered, and refused what the worker needs. */
    REFUSED
  }

  private final Reason reason;

  /** Says what was missing or refused. */
  public WorkerStartException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why it could not. */
  public Reason reason() {
    return reason;
  }
}
