package io.tierflow.worker.isolation;

import java.util.Optional;

/** What a control group has counted before a task, so that what the task adds can be told. */
record Baseline(long memoryKillsBefore, long limitHitsBefore, long refusedBefore) {

  static Baseline of(Optional<ControlGroup> group) {
    return new Baseline(
        group.map(ControlGroup::memoryKills).orElse(0L),
        group.map(ControlGroup::limitHits).orElse(0L),
        group.map(ControlGroup::refusedProcesses).orElse(0L));
  }

  MemoryKills memoryKills(Optional<ControlGroup> group) {
    return new MemoryKills(
        group.map(ControlGroup::memoryKills).orElse(0L) - memoryKillsBefore,
        group.filter(it -> it.hasHitLimit(limitHitsBefore)).isPresent());
  }

  long refusedProcesses(Optional<ControlGroup> group) {
    return group.map(ControlGroup::refusedProcesses).orElse(0L) - refusedBefore;
  }
}
