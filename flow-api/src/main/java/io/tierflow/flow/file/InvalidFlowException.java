package io.tierflow.flow.file;

import java.util.List;
import java.util.stream.Collectors;

/** A flow that cannot be taken, with everything that is wrong with it. */
public final class InvalidFlowException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final List<Problem> problems;

  /**
   * Refuses a flow.
   *
   * @param problems at least one, in the order of the text
   */
  public InvalidFlowException(List<Problem> problems) {
    super(problems.stream().map(Problem::message).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** All problems, in the order of the text. */
  public List<Problem> problems() {
    return problems;
  }
}
