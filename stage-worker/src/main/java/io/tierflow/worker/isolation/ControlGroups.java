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

  private static final String MEMORY = "memory";

  /** What is limited by groups, the memory first. */
  static final List<String> CONTROLLERS = List.of(MEMORY, "cpu", "pids");

  private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9a-f]{16})-\\d+");

  private final Map<String, Path> controllers; // name to the folder in which groups are made
  private final boolean unified;
  private final List<String> missing; // controllers that cannot be used, beside the memory's
  private final String why; // why there is none, for a person

  private ControlGroups(
      Map<String, Path> controllers, boolean unified, List<String> missing, String why) {
    this.controllers = controllers;
    this.unified = unified;
    this.missing = List.copyOf(missing);
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
          .map(folder -> unified(folder, second.missing()))
          .orElseGet(() -> first(mounts, own, second));
    } catch (IOException e) {
      return none("this system has none: " + e);
    }
  }

  /** None, with the reason. */
  static ControlGroups none(String why) {
    return new ControlGroups(Map.of(), false, List.of(), why);
  }

  /**
   * Groups of version 2 in this folder.
   *
   * @param missing the controllers that they do not have; the memory's is none of them
   */
  static ControlGroups unified(Path folder, List<String> missing) {
    return new ControlGroups(Map.of(MEMORY, folder), true, missing, "");
  }

  private static ControlGroups first(List<String> mounts, List<String> own, Unified.Found second) {
    Map<String, Path> found = new LinkedHashMap<>();
    for (String controller : CONTROLLERS) {
      for (Path candidate : Mounts.candidates(controller, mounts, own)) {
        if (!found.containsKey(controller) && writable(candidate)) {
          found.put(controller, candidate);
        }
      }
    }
    List<String> missing = CONTROLLERS.stream().filter(it -> !found.containsKey(it)).toList();
    return found.containsKey(MEMORY)
        ? new ControlGroups(found, false, missing, "")
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

  /** The controllers that cannot be used, though the memory's can. */
  List<String> missing() {
    return missing;
  }

  /** For a person: which they are. */
  String describe() {
    return unified ? "control groups v2" : "control groups v1";
  }

  /** For a person: why there are none. */
  String why() {
    return why;
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
