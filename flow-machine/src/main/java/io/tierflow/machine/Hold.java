package io.tierflow.machine;

/** Why an attempt that could be sent is kept back. */
public enum Hold {
  /** Its run's flow, or its class, is paused. */
  PAUSE,
  /** Others go first to its class. */
  TURN,
  /** As many of its stage were sent lately as its flow allows. */
  RATE;

  /** Whether it stands in a line, from which a turn calls it. */
  public boolean isInLine() {
    return this != PAUSE;
  }
}
