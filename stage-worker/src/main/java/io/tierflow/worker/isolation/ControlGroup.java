package io.tierflow.worker.isolation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control group of one child process and all that it starts: one folder in version 2, one per
 * controller in version 1. Thread-safe: its state is in the kernel.
 */
final class ControlGroup {

  private static final Logger log = LoggerFactory.getLogger(ControlGroup.class);
  private static final long PERIOD_MICROS = 100_000;
  private static final int ROUNDS = 200;
  private static final long SLACK = 1 << 20; // the kernel takes memory by small batches
  private static final long PAUSE = Duration.ofMillis(5).toNanos();

  private final List<Path> folders; // the memory controller's first
  private final GroupFiles files;

  ControlGroup(List<Path> folders, GroupFiles files) {
    this.folders = List.copyOf(folders);
    this.files = files;
  }

  void limit(Limits limits) throws IOException {
    set(files.limit, Long.toString(limits.memoryBytes()));
    // Version 1 counts memory and swap together, version 2 swap alone.
    trySet(files.swap, files == GroupFiles.FIRST ? Long.toString(limits.memoryBytes()) : "0");
    trySet("pids.max", Integer.toString(limits.processes()));
    if (limits.cpus().isPresent()) {
      String quota = Long.toString(Math.round(limits.cpus().getAsDouble() * PERIOD_MICROS));
      if (files == GroupFiles.FIRST) {
        trySet("cpu.cfs_period_us", Long.toString(PERIOD_MICROS));
        trySet("cpu.cfs_quota_us", quota);
      } else {
        trySet("cpu.max", quota + " " + PERIOD_MICROS);
      }
    }
  }

  /** The files into which a process writes its id to join. */
  List<Path> joins() {
    return folders.stream().map(each -> each.resolve("cgroup.procs")).toList();
  }

  /** The memory in use, page cache included. */
  OptionalLong used() {
    return number(files.used);
  }

  /** The most memory that was in use since the group was made, or {@link #resetPeak} worked. */
  OptionalLong peak() {
    return number(files.peak);
  }

  /** Lets the peak begin anew; false where the kernel cannot. */
  boolean resetPeak() {
    return files == GroupFiles.FIRST && trySet(files.peak, "0");
  }

  /** How many processes the kernel has killed for want of memory. */
  long memoryKills() {
    return counter(files.events, "oom_kill");
  }

  /** How often its processes wanted more than its limit; 0 where the kernel does not count that. */
  long limitHits() {
    return counter(files.events, "max");
  }

  /** Whether its processes wanted more than its limit since that was so often so. */
  boolean hasHitLimit(long hitsBefore) {
    // Version 1 has a count that stays 0 on some kernels; the peak is exact there.
    return files == GroupFiles.FIRST
        ? peak().orElse(0) >= number(files.limit).orElse(0) - SLACK
        : limitHits() > hitsBefore;
  }

  /** How many processes and threads were refused. */
  long refusedProcesses() {
    return counter("pids.events", "max");
  }

  /** Kills all processes but those to be kept, however fast they fork; false if some remain. */
  boolean kill(LongPredicate kept) {
    for (int round = 0; round < ROUNDS; round++) {
      boolean found = false;
      for (long pid : pids()) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (!kept.test(pid) && process.isPresent()) {
          found = true;
          process.get().destroyForcibly();
        }
      }
      if (!found) {
        return true;
      }
      if (round > 2) {
        LockSupport.parkNanos(PAUSE);
      }
    }
    return false;
  }

  /** Kills all processes; false if some remain. */
  boolean kill() {
    trySet("cgroup.kill", "1"); // at once, where the kernel can
    return kill(pid -> false);
  }

  /** Whether no process is in it. */
  boolean isEmpty() {
    return pids().isEmpty();
  }

  /** Takes the group away, whose processes must be gone. */
  void remove() {
    for (Path folder : folders) {
      for (int round = 0; Files.exists(folder) && round < ROUNDS; round++) {
        try {
          Files.delete(folder);
        } catch (IOException e) {
          LockSupport.parkNanos(PAUSE); // a killed process takes a moment until it is out
        }
      }
      if (Files.exists(folder)) {
        log.warn("the control group {} stays: a process does not end", folder);
      }
    }
  }

  private List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(folders.get(0).resolve("cgroup.procs"))) {
        pids.add(Long.valueOf(line.trim()));
      }
    } catch (IOException e) {
      log.debug("{} cannot be read", folders.get(0), e);
    }
    return pids;
  }

  private Optional<Path> find(String file) {
    return folders.stream().map(each -> each.resolve(file)).filter(Files::exists).findFirst();
  }

  private void set(String file, String value) throws IOException {
    Path found = find(file).orElseThrow(() -> new NoSuchFileException(folders.get(0) + "/" + file));
    Files.writeString(found, value);
  }

  private boolean trySet(String file, String value) {
    try {
      if (find(file).isPresent()) {
        set(file, value);
        return true;
      }
    } catch (IOException e) {
      log.debug("{} of {} was not set to {}", file, folders, value, e);
    }
    return false;
  }

  private OptionalLong number(String file) {
    try {
      Optional<Path> found = find(file);
      return found.isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(Files.readString(found.get()).trim()));
    } catch (IOException e) {
      log.debug("{} of {} cannot be read", file, folders, e);
      return OptionalLong.empty();
    }
  }

  private long counter(String file, String name) {
    try {
      Optional<Path> found = find(file);
      if (found.isPresent()) {
        for (String line : Files.readAllLines(found.get())) {
          String[] words = line.split(" ", 3);
          if (words.length == 2 && words[0].toLowerCase(Locale.ROOT).equals(name)) {
            return Long.parseLong(words[1]);
          }
        }
      }
    } catch (IOException e) {
      log.debug("{} of {} cannot be read", file, folders, e);
    }
    return 0;
  }
}
