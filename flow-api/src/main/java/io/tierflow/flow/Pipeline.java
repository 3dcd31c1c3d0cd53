package io.tierflow.flow;

import java.util.List;
import java.util.stream.Stream;

/**
 * Ordered steps. A stage's output is the next one's input. A pipeline after none gets the run's
 * input; one after others gets an object from their names to their outputs.
 *
 * @param name unique within its flow
 * @param after the pipelines that must have succeeded before
 * @param steps at least one
 */
public record Pipeline(String name, List<String> after, List<Step> steps) {

  /** Copies the lists. */
  public Pipeline {
    after = List.copyOf(after);
    steps = List.copyOf(steps);
  }

  /** Every stage of every step, in the order of the flow file. */
  public Stream<Stage> stages() {
    return steps.stream().flatMap(step -> step.stages().stream());
  }
}
