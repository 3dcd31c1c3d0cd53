package io.tierflow.worker.isolation;

/** How the two versions of control groups name the same things. */
enum GroupFiles {
  /** Version 1. */
  FIRST(
      "memory.limit_in_bytes",
      "memory.memsw.limit_in_bytes",
      "memory.usage_in_bytes",
      "memory.max_usage_in_bytes",
      "memory.oom_control"),
  /** Version 2. */
  SECOND("memory.max", "memory.swap.max", "memory.current", "memory.peak", "memory.events");

  final String limit;
  final String swap;
  final String used;
  final String peak;
  final String events;

  GroupFiles(String limit, String swap, String used, String peak, String events) {
    this.limit = limit;
    this.swap = swap;
    this.used = used;
    this.peak = peak;
    this.events = events;
  }
}
