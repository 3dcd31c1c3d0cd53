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
   * @param missing the other controllers that these groups do not have
   * @param why there is none, for a person; empty if there is one, or no version 2 at all
   */
  record Found(Optional<Path> folder, List<String> missing, String why) {}

  private Unified() {}

  /** Looks where this process is; it may have moved afterwards. */
  static Found find(List<String> mounts, List<String> own) {
    Found found = none("");
    for (String line : mounts) {
      String[] halves = line.split(" - ", 2);
      if (halves.length == 2 && halves[1].startsWith("cgroup2 ")) {
        String[] left = halves[0].split(" ", -1);
        Path group = Path.of(left[4]).resolve(Mounts.relative(left[3], path(own)));
        Path top = isOfAnotherWorker(group) ? group.getParent() : group;
        found = prepare(top);
        if (found.folder().isPresent()) {
          return found;
        }
      }
    }
    return found;
  }

  private static Found none(String why) {
    return new Found(Optional.empty(), List.of(), why);
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

  private static Found prepare(Path group) {
    try {
      List<String> offered = words(group.resolve("cgroup.controllers"));
      if (!offered.contains("memory")) {
        return none(group + " offers no memory controller, only " + offered);
      }
      if (!ControlGroups.writable(group)) {
        return none(group + " is not this process's to write in: expected it to be delegated");
      }
      List<String> handedOn = words(group.resolve(HANDED_ON));
      if (!handedOn.contains("memory")) {
        moveAside(group);
        handOn(group, "memory");
      }
      List<String> missing =
          ControlGroups.CONTROLLERS.stream()
              .filter(it -> !it.equals("memory") && !handedOn.contains(it))
              .filter(it -> !offered.contains(it) || !handsOn(group, it))
              .toList();
      return new Found(Optional.of(group), missing, "");
    } catch (IOException e) {
      log.debug("control groups below {} cannot be used", group, e);
      return none(
          group
              + " does not hand its memory controller on ("
              + e.getMessage()
              + "): expected no process in it but this worker");
    }
  }

  private static void moveAside(Path group) throws IOException {
    Path worker = group.resolve(WORKER);
    if (!Files.exists(worker)) {
      Files.createDirectory(worker);
    }
    Files.writeString(worker.resolve("cgroup.procs"), Long.toString(ProcessHandle.current().pid()));
  }

  private static void handOn(Path group, String controller) throws IOException {
    Files.writeString(group.resolve(HANDED_ON), "+" + controller);
  }

  // Memory can be limited without the others.
  private static boolean handsOn(Path group, String controller) {
    try {
      handOn(group, controller);
      return true;
    } catch (IOException e) {
      log.debug("{} does not hand its controller {} on", group, controller, e);
      return false;
    }
  }

  private static List<String> words(Path file) throws IOException {
    return Arrays.asList(Files.readString(file).trim().split("\\s+", -1));
  }
}
