package io.tierflow.examples.demo;

/** A run of the demo did not succeed. */
final class DemoFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says which run, what was expected and what was found. */
  DemoFailedException(String message) {
    super(message);
  }
}
