package io.tierflow.worker;

/** Where a setting's value comes from; the earlier goes before the later. */
enum Source {
  COMMAND_LINE,
  ENVIRONMENT,
  POOL_FILE,
  NOWHERE;

  /** Whether a value from here holds against one from there. */
  boolean goesBefore(Source other) {
    return compareTo(other) < 0;
  }

  @Override
  public String toString() {
    return switch (this) {
      case COMMAND_LINE -> "the command line";
      case ENVIRONMENT -> "the environment";
      case POOL_FILE -> "the pool file";
      case NOWHERE -> "nowhere";
    };
  }
}
