package io.tierflow.runner;

import io.tierflow.client.LearnedClassView;
import java.util.List;
import java.util.Optional;

/**
 * What earlier runs have taught of the memory that stages need. Implementations are thread-safe.
 */
public interface LearnedTiers {

  /** The stages of a flow whose next runs begin on a larger class, by pipeline and name. */
  List<LearnedClassView> of(String flow);

  /**
   * Lets the next runs begin on their flow's own classes again.
   *
   * @param stage as {@code pipeline/stage}; empty for all of the flow
   * @return what is forgotten; nothing if nothing was known
   * @throws RunService.UnavailableException if Kafka did not take it in time
   */
  List<LearnedClassView> forget(String flow, Optional<String> stage);
}
