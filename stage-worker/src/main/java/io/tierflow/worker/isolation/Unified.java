package io.tierflow.worker.isolation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares groups of version 2. There, a group either holds processes or hands controllers on to
 * groups below it; so the worker moves into a group of its own first, which it may do where the
 * tree was delegated to it (systemd: {@code Delegate=yes}).
 */
final class Unified {

  private static final Logger log = LoggerFactory.getLogger(Unified.class);
  private static final String WORKER = "worker";
  private static final String HANDED_ON = "cgroup.subtree_control";

  /**
   * What was found.
   *
   * @param folder in which groups with a memory limit can be made
   * @param why there is none, for a person; empty if there is one, or no version 2 at all
   */
  record Found(Optional<Path> folder, String why) {}

  private Unified() {}

  /** Looks where this process is; it may have moved afterwards. */
  static Found find(List<String> mounts, List<String> own) {
    String why = "";
    for (String line : mounts) {
      String[] halves = line.split(" - ", 2);
      if (halves.length == 2 && halves[1].startsWith("cgroup2 ")) {
        String[] left = halves[0].split(" ", -1);
        Path group = Path.of(left[4]).resolve(Mounts.relative(left[3], path(own)));
        Path top = isOfAnotherWorker(group) ? group.getParent() : group;
        why = prepare(top);
        if (why.isEmpty()) {
          return new Found(Optional.of(top), "");
        }
      }
    }
    return new Found(Optional.empty(), why);
  }

  // Whoever is started from beside a worker begins in the group that it moved to.
  private static boolean isOfAnotherWorker(Path group) {
    if (!group.endsWith(WORKER)) {
      return false;
    }
    try {
      return words(group.resolveSibling(HANDED_ON)).contains("memory");
    } catch (IOException e) {
      log.debug("{} is the top of what can be seen", group, e);
      return false;
    }
  }

  private static String path(List<String> own) {
    return own.stream()
        .filter(line -> line.startsWith("0::"))
        .map(line -> line.substring(3))
        .findFirst()
        .orElse("/");
  }

  // Why groups cannot be made below it; empty if they can.
  private static String prepare(Path group) {
    try {
      List<String> offered = words(group.resolve("cgroup.controllers"));
      if (!offered.contains("memory")) {
        return group + " offers no memory controller, only " + offered;
      }
      if (!ControlGroups.writable(group)) {
        return group + " is not this process's to write in: expected it to be delegated";
      }
      if (!words(group.resolve(HANDED_ON)).contains("memory")) {
        handOn(group, offered);
      }
      return "";
    } catch (IOException e) {
      log.debug("control groups below {} cannot be used", group, e);
      return group
          + " does not hand its memory controller on ("
          + e.getMessage()
          + "): expected no process in it but this worker";
    }
  }

  private static void handOn(Path group, List<String> offered) throws IOException {
    Path worker = group.resolve(WORKER);
    if (!Files.exists(worker)) {
      Files.createDirectory(worker);
    }
    Files.writeString(worker.resolve("cgroup.procs"), Long.toString(ProcessHandle.current().pid()));
    for (String controller : List.of("memory", "cpu", "pids")) {
      if (offered.contains(controller)) {
        Files.writeString(group.resolve(HANDED_ON), "+" + controller);
      }
    }
  }

  private static List<String> words(Path file) throws IOException {
    return Arrays.asList(Files.readString(file).trim().split("\\s+", -1));
  }
}
