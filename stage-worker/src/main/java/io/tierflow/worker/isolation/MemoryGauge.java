package io.tierflow.worker.isolation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the memory of a child process with all that it started: by its control group; else the
 * high-water mark of the child itself, and samples of the sum over all. Thread-safe.
 */
final class MemoryGauge {

  private static final Logger log = LoggerFactory.getLogger(MemoryGauge.class);

  private final Optional<ControlGroup> group;
  private final ProcessHandle child;
  private final Descendants descendants;
  private long groupPeakBefore; // guarded by this, as below
  private long sampled;

  MemoryGauge(Optional<ControlGroup> group, ProcessHandle child, Descendants descendants) {
    this.group = group;
    this.child = child;
    this.descendants = descendants;
  }

  /** A new task begins: its peak is counted from here. */
  synchronized void begin() {
    sampled = 0;
    if (group.isPresent()) {
      groupPeakBefore = group.get().resetPeak() ? 0 : group.get().peak().orElse(0);
    } else {
      resetHighWaterMark();
    }
  }

  /** The memory in use now. */
  long used() {
    return group.isPresent() ? group.get().used().orElse(0) : sumOverAll();
  }

  /** The most memory the task has used so far. */
  synchronized long peak() {
    sampled = Math.max(sampled, used());
    if (group.isEmpty()) {
      return Math.max(sampled, field(child.pid(), "VmHWM").orElse(0));
    }
    // A mark that cannot be reset tells of this task once it rises.
    long mark = group.get().peak().orElse(0);
    return mark > groupPeakBefore ? mark : sampled;
  }

  private long sumOverAll() {
    return field(child.pid(), "VmRSS").orElse(0)
        + descendants.find().stream().mapToLong(each -> field(each.pid(), "VmRSS").orElse(0)).sum();
  }

  private void resetHighWaterMark() {
    try {
      Files.writeString(Path.of("/proc", Long.toString(child.pid()), "clear_refs"), "5");
    } catch (IOException e) {
      log.debug("the high-water mark of {} cannot be reset", child.pid(), e);
    }
  }

  private static OptionalLong field(long pid, String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
        if (line.startsWith(name + ":")) {
          return OptionalLong.of(
              Long.parseLong(line.replaceAll("\\D+", "")) * 1024); // the kernel says kB
        }
      }
    } catch (IOException e) {
      log.debug("process {} is gone", pid, e);
    }
    return OptionalLong.empty();
  }
}
