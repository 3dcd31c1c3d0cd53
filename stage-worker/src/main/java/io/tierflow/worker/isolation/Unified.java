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

  private Unified() {}

  /** The folder in which groups with a memory limit can be made. */
  static Optional<Path> find(List<String> mounts, List<String> own) {
    for (String line : mounts) {
      String[] halves = line.split(" - ", 2);
      if (halves.length == 2 && halves[1].startsWith("cgroup2 ")) {
        String[] left = halves[0].split(" ", -1);
        Path group = Path.of(left[4]).resolve(Mounts.relative(left[3], path(own)));
        if (prepare(group)) {
          return Optional.of(group);
        }
      }
    }
    return Optional.empty();
  }

  private static String path(List<String> own) {
    return own.stream()
        .filter(line -> line.startsWith("0::"))
        .map(line -> line.substring(3))
        .findFirst()
        .orElse("/");
  }

  private static boolean prepare(Path group) {
    try {
      List<String> offered = words(group.resolve("cgroup.controllers"));
      if (!offered.contains("memory") || !ControlGroups.writable(group)) {
        return false;
      }
      if (!words(group.resolve("cgroup.subtree_control")).contains("memory")) {
        handOn(group, offered);
      }
      return true;
    } catch (IOException e) {
      log.debug("control groups below {} cannot be used", group, e);
      return false;
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
        Files.writeString(group.resolve("cgroup.subtree_control"), "+" + controller);
      }
    }
  }

  private static List<String> words(Path file) throws IOException {
    return Arrays.asList(Files.readString(file).trim().split("\\s+", -1));
  }
}
