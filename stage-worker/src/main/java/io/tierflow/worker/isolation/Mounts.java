package io.tierflow.worker.isolation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where the control groups of version 1 are mounted, and which of them this process is in. */
final class Mounts {

  private Mounts() {}

  /**
   * The folders in which groups of a controller might be made: this process's own, then the mount
   * itself, since a container sees only its part of the tree.
   *
   * @param mounts the lines of {@code /proc/self/mountinfo}
   * @param own the lines of {@code /proc/self/cgroup}
   */
  static List<Path> candidates(String controller, List<String> mounts, List<String> own) {
    List<Path> found = new ArrayList<>();
    for (String line : mounts) {
      // id parent device root mount-point options… - type source super-options
      String[] halves = line.split(" - ", 2);
      String[] left = halves[0].split(" ", -1);
      String[] right = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
      if (right.length > 2
          && right[0].equals("cgroup")
          && Arrays.asList(right[2].split(",", -1)).contains(controller)) {
        Path mount = Path.of(left[4]);
        found.add(mount.resolve(relative(left[3], path(controller, own))));
        found.add(mount);
      }
    }
    return found;
  }

  /** The path of this process's group below a mount's root. */
  static String relative(String root, String path) {
    String below =
        !root.equals("/") && path.startsWith(root) ? path.substring(root.length()) : path;
    return below.startsWith("/") ? below.substring(1) : below;
  }

  private static String path(String controller, List<String> own) {
    for (String line : own) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && Arrays.asList(parts[1].split(",", -1)).contains(controller)) {
        return parts[2];
      }
    }
    return "/";
  }
}
