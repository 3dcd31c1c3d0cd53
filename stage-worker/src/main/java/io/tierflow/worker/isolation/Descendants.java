package io.tierflow.worker.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * All that a child process has started, where no control group keeps them together: those whose
 * parents lead to it, or led to it when it was last looked at; those of its session; and those that
 * carry its mark in their environment. Thread-safe.
 */
final class Descendants {

  /** The environment variable with a child's mark. */
  static final String MARK = "TIERFLOW_SLOT";

  private static final int MAX_ENVIRONMENT = 128 * 1024;
  private static final int ROUNDS = 100;
  private static final long PAUSE = Duration.ofMillis(5).toNanos();
  private static final int SESSION = 3; // among the fields of stat after the name

  private final ProcessHandle child;
  private final String mark;
  private final Set<ProcessHandle> seen = new HashSet<>(); // guarded by this, as below
  private Set<ProcessHandle> strangers = new HashSet<>(); // they stay strangers: not asked again

  Descendants(ProcessHandle child, String mark) {
    this.child = child;
    this.mark = MARK + "=" + mark;
  }

  /** The processes there are now. */
  synchronized Set<ProcessHandle> find() {
    Set<ProcessHandle> found = new LinkedHashSet<>();
    child.descendants().forEach(found::add);
    seen.removeIf(each -> !each.isAlive());
    for (ProcessHandle each : seen) {
      found.add(each);
      each.descendants().forEach(found::add);
    }
    Set<ProcessHandle> others = new HashSet<>();
    ProcessHandle.allProcesses()
        .filter(each -> !each.equals(child) && !found.contains(each))
        .forEach(others::add);
    strangers.retainAll(others);
    for (ProcessHandle each : others) {
      if (!strangers.contains(each)) {
        if (isOfSession(each.pid()) || isMarked(each.pid())) {
          found.add(each);
        } else {
          strangers.add(each);
        }
      }
    }
    seen.addAll(found);
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

  /** Kills the child and all of them; false if some remain. */
  boolean killWithChild() {
    find(); // remembered: once the child is gone, no parents lead to it any more
    child.destroyForcibly();
    return kill();
  }

  // Its number is that of the child, which leads it, and is given to no other process as long as
  // one of the session lives.
  private boolean isOfSession(long pid) {
    String[] fields = stat(pid);
    return fields.length > SESSION && fields[SESSION].equals(Long.toString(child.pid()));
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
    String[] fields = stat(pid);
    return fields.length == 0 || fields[0].equals("Z");
  }

  /**
   * What the kernel says of a process after its name: state, parent, group, session; or nothing.
   */
  private static String[] stat(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", SESSION + 2);
    } catch (IOException e) {
      return new String[0]; // gone
    }
  }
}
