package io.tierflow.runner.expect;

/**
 * One thing that is wrong with what a user sent.
 *
 * @param path which field; empty for all of it
 */
public record BodyIssue(String path, String found, String expected) {

  /** In one line. */
  public String message() {
    return (path.isEmpty() ? "" : path + ": ") + "found " + found + ", expected " + expected;
  }
}
