package io.tierflow.machine;

/** Why an attempt that could be sent is kept back. */
public enum Hold {
  /** Its run's flow, its class or its run is paused. */
  PAUSE,
  /** Others go first to its class. */
  TURN,
  /** Its flow, or its stage, has sent as many as it may in a time. */
  RATE
}
