package io.tierflow.worker.handlers;

/** A context that wants to know when a handler makes a call to the outside once more. */
public interface RetryWitness {

  /** A call is made once more; any thread. */
  void retried();
}
