package io.tierflow.runner.expect;

import java.util.List;

/** What a user sent does not say what it should. */
public final class InvalidBodyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<BodyIssue> issues;

  InvalidBodyException(List<BodyIssue> issues) {
    super(issues.get(0).message());
    this.issues = List.copyOf(issues);
  }

  /** All that is wrong, at least one thing. */
  public List<BodyIssue> issues() {
    return issues;
  }
}
