package io.tierflow.benchmarks;

import io.tierflow.wire.topics.TopicNames;

/**
 * What is compared: takes submissions from the commands topic, drives their stages through the task
 * topic, and writes RUN_ENDED to the events topic.
 */
interface Coordinator extends AutoCloseable {

  /** Which one. */
  enum Kind {
    TIERFLOW,
    BARE;

    /** The one on a side where only the coordinators differ. */
    static Kind of(Side side) {
      return side == Side.MEASURED ? TIERFLOW : BARE;
    }

    /** Starts one on topics under a fresh prefix; returns when it takes work. */
    Coordinator start(Lab lab, TopicNames names, Chain chain) throws InterruptedException {
      return this == TIERFLOW
          ? TierflowCoordinator.start(lab, names)
          : BareCoordinator.start(lab, names, chain);
    }
  }

  /**
   * Stops it.
   *
   * @throws IllegalStateException if it had failed meanwhile
   */
  @Override
  void close();
}
