package io.tierflow.flow;

import java.util.List;

/**
 * Stages that get the same input at once. Their output is an object from stage name to output, and
 * the next step starts when all have ended.
 *
 * @param stages at least one
 */
public record Parallel(List<Stage> stages) implements Step {

  /** Copies the list. */
  public Parallel {
    stages = List.copyOf(stages);
  }
}
