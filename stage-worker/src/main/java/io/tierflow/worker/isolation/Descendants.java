package io.tierflow.worker.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * All that a child process has started, where no control group keeps them together: those whose
 * parents lead to it, and those that were left by their parents but carry the child's mark in their
 * environment. Thread-safe.
 */
final class Descendants {

  /** The environment variable with a child's mark. */
  static final String MARK = "TIERFLOW_SLOT";

  private static final int MAX_ENVIRONMENT = 128 * 1024;
  private static final int ROUNDS = 100;
  private static final long PAUSE = Duration.ofMillis(5).toNanos();

  private final ProcessHandle child;
  private final String mark;

  Descendants(ProcessHandle child, String mark) {
    this.child = child;
    this.mark = MARK + "=" + mark;
  }

  /** The processes there are now. */
  Set<ProcessHandle> find() {
    Set<ProcessHandle> found = new LinkedHashSet<>();
    child.descendants().forEach(found::add);
    ProcessHandle.allProcesses()
        .filter(each -> each.pid() != child.pid() && isMarked(each.pid()))
        .forEach(found::add);
    return found;
  }

  /** Kills them, however fast they fork; false if some remain. */
  boolean kill() {
    for (int round = 0; round < ROUNDS; round++) {
      List<ProcessHandle> alive = new ArrayList<>(find());
      alive.removeIf(each -> !each.isAlive() || isZombie(each.pid()));
      if (alive.isEmpty()) {
        return true;
      }
      alive.forEach(ProcessHandle::destroyForcibly);
      LockSupport.parkNanos(PAUSE);
    }
    return false;
  }

  private boolean isMarked(long pid) {
    try (InputStream in = Files.newInputStream(Path.of("/proc", Long.toString(pid), "environ"))) {
      String environment = new String(in.readNBytes(MAX_ENVIRONMENT), StandardCharsets.ISO_8859_1);
      return List.of(environment.split("\0", -1)).contains(mark);
    } catch (IOException e) {
      return false; // gone, or another user's: no child of ours
    }
  }

  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
    } catch (IOException e) {
      return true; // gone
    }
  }
}
