package io.tierflow.worker.isolation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups of Linux as far as this process may make some: those of version 2, or the
 * memory, cpu and pids controllers of version 1. Immutable.
 */
final class ControlGroups {

  private static final Logger log = LoggerFactory.getLogger(ControlGroups.class);

  /** Our groups are named so, with their owner's id and a number after it. */
  static final String PREFIX = "tierflow-";

  private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9a-f]{16})-\\d+");

  private final Map<String, Path> controllers; // name to the folder in which groups are made
  private final boolean unified;
  private final String why; // why there is none, for a person

  private ControlGroups(Map<String, Path> controllers, boolean unified, String why) {
    this.controllers = controllers;
    this.unified = unified;
    this.why = why;
  }

  /**
   * What this machine lets the process do, found out once: on version 2 the process moves into a
   * group of its own, and would find itself in that the next time.
   */
  static ControlGroups ofThisProcess() {
    return OfThisProcess.FOUND;
  }

  private static final class OfThisProcess {
    static final ControlGroups FOUND = detect();
  }

  private static ControlGroups detect() {
    Path proc = Path.of("/proc/self");
    try {
      List<String> mounts = Files.readAllLines(proc.resolve("mountinfo"));
      List<String> own = Files.readAllLines(proc.resolve("cgroup"));
      Unified.Found second = Unified.find(mounts, own);
      return second
          .folder()
          .map(ControlGroups::unified)
          .orElseGet(() -> first(mounts, own, second));
    } catch (IOException e) {
      return none("this system has none: " + e);
    }
  }

  /** None, with the reason. */
  static ControlGroups none(String why) {
    return new ControlGroups(Map.of(), false, why);
  }

  /** Groups of version 2 in this folder, whatever controllers it has. */
  static ControlGroups unified(Path folder) {
    return new ControlGroups(Map.of("memory", folder), true, "");
  }

  private static ControlGroups first(List<String> mounts, List<String> own, Unified.Found second) {
    Map<String, Path> found = new LinkedHashMap<>();
    for (String controller : List.of("memory", "cpu", "pids")) {
      for (Path candidate : Mounts.candidates(controller, mounts, own)) {
        if (!found.containsKey(controller) && writable(candidate)) {
          found.put(controller, candidate);
        }
      }
    }
    return found.containsKey("memory")
        ? new ControlGroups(found, false, "")
        : none(
            "this process may not make any with a memory limit"
                + (second.why().isEmpty() ? "" : "; version 2: " + second.why()));
  }

  /** Only trying tells: a file's mode says nothing of a read-only mount or a user namespace. */
  static boolean writable(Path folder) {
    Path probe = folder.resolve(PREFIX + "probe-" + UUID.randomUUID());
    try {
      Files.createDirectory(probe);
      Files.delete(probe);
      return true;
    } catch (IOException e) {
      log.debug("no control groups in {}", folder, e);
      return false;
    }
  }

  /** Whether memory can be limited. */
  boolean isAvailable() {
    return !controllers.isEmpty();
  }

  /** For a person: what they can limit, or why there are none. */
  String describe() {
    if (!isAvailable()) {
      return "no control groups: " + why;
    }
    return unified
        ? "control groups (version 2)"
        : "control groups (version 1: " + String.join(", ", controllers.keySet()) + ")";
  }

  /**
   * Makes a group.
   *
   * @param name its name, after the prefix
   * @throws IOException if it cannot be made, or a limit is refused; nothing is left then
   */
  ControlGroup create(String name, Limits limits) throws IOException {
    List<Path> made = new ArrayList<>();
    try {
      for (Path parent : controllers.values()) {
        made.add(Files.createDirectory(parent.resolve(PREFIX + name)));
      }
      ControlGroup group = new ControlGroup(made, unified ? GroupFiles.SECOND : GroupFiles.FIRST);
      group.limit(limits);
      return group;
    } catch (IOException e) {
      for (Path each : made) {
        Files.delete(each);
      }
      throw e;
    }
  }

  /**
   * Ends what dead workers have left in their groups, and takes those away. Of owners that are not
   * known here only empty groups are taken away: a worker in another container may live.
   *
   * @param owners what is known of an owner, by its id
   */
  void sweep(Function<String, OwnedFolder.Owner> owners) {
    for (Path parent : controllers.values()) {
      try (Stream<Path> groups = Files.list(parent)) {
        for (Path each : groups.toList()) {
          Matcher name = NAME.matcher(each.getFileName().toString());
          if (name.matches()) {
            sweep(each, owners.apply(name.group(1)));
          }
        }
      } catch (IOException e) {
        log.warn("cannot look for left-over control groups in {}: {}", parent, e.toString());
      }
    }
  }

  private void sweep(Path folder, OwnedFolder.Owner owner) {
    ControlGroup group =
        new ControlGroup(List.of(folder), unified ? GroupFiles.SECOND : GroupFiles.FIRST);
    if (owner == OwnedFolder.Owner.GONE) {
      group.kill();
      group.remove();
    } else if (owner == OwnedFolder.Owner.UNKNOWN && group.isEmpty()) {
      group.remove();
    }
  }
}
