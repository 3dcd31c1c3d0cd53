package io.tierflow.runner.engine;

import io.tierflow.runner.RecentKeys;

/**
 * The newest runs whose submission an owner of a partition has carried out since it began. Another
 * submission of one of them is one too many: two callers with one idempotency key, neither of whom
 * could see the other's run yet. One that comes for the first time since the owner began, of a run
 * that is there, may be what a crash makes repeat, whose tasks may be lost. One thread owns it.
 */
final class LatelySubmitted {

  /** Callers see a run within seconds, and send nothing then. */
  private static final int MOST = 10_000;

  private final RecentKeys runs = new RecentKeys(MOST);

  boolean contains(String runId) {
    return runs.contains(runId);
  }

  /** All that follows from its submission was sent. */
  void add(String runId) {
    runs.add(runId);
  }
}
