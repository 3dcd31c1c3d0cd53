package io.tierflow.machine;

/** Why an attempt that could be sent is kept back. */
public enum Hold {
  /** Its run's flow, or its class, is paused. */
  PAUSE,
  /** Others go first to its class. */
  TURN
}
