package io.tierflow.runner.doctor;

import java.util.Locale;

/** What of a deployment is looked at, in the order in which it is told. */
public enum Area {
  BROKERS,
  TOPICS,
  GROUPS,
  RIGHTS,
  REGISTRY,
  RUNNERS,
  POOLS,
  CLOCKS,
  VERSIONS;

  /** As people and programs read it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
