package io.tierflow.worker.isolation;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The options of a child's Java machine, by its slot's memory. Of that memory, a quarter, but at
 * least 48 and at most 256 MiB, is not for the heap: classes, compiled code, stacks, buffers.
 */
final class JvmOptions {

  /** System property: the folder with archives of classes; set by the program's launcher. */
  private static final String ARCHIVES_PROPERTY = "tierflow.archives";

  private static final long MIB = 1L << 20;
  private static final long SMALL = 192 * MIB;
  private static final long SERIAL_UP_TO = 2048 * MIB;

  private JvmOptions() {}

  /** The largest heap that leaves room for the rest. */
  static long heap(long memoryBytes) {
    return memoryBytes - reserve(memoryBytes);
  }

  private static long reserve(long memoryBytes) {
    return Math.max(48 * MIB, Math.min(256 * MIB, memoryBytes / 4));
  }

  static List<String> of(long memoryBytes, WorkFolder folder) {
    List<String> options = new ArrayList<>();
    options.add("-Xmx" + (heap(memoryBytes) >> 10) + "k");
    options.add("-XX:MaxDirectMemorySize=" + ((reserve(memoryBytes) / 2) >> 10) + "k");
    if (memoryBytes <= SERIAL_UP_TO) {
      options.add("-XX:+UseSerialGC");
    }
    if (memoryBytes <= SMALL) {
      options.add("-XX:TieredStopAtLevel=1"); // the second compiler alone takes tens of MiB
      options.add("-XX:ReservedCodeCacheSize=24m");
    }
    // Whichever thread it hits, and whatever its code does about it: the process ends and says so.
    options.add("-XX:+ExitOnOutOfMemoryError");
    options.add("-XX:ErrorFile=" + folder.crashFile());
    options.add("-XX:-UsePerfData");
    options.add("-Djava.io.tmpdir=" + folder.temporary());
    options.addAll(inherited());
    options.addAll(archive());
    return options;
  }

  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(arg -> arg.startsWith("-Xshare:") || arg.startsWith("-Dlogback."))
        .toList();
  }

  private static List<String> archive() {
    String folder = System.getProperty(ARCHIVES_PROPERTY);
    if (folder == null || !Files.exists(Path.of(folder, "slot.jsa"))) {
      return List.of();
    }
    // One that does not fit, of another Java for example, is silently left aside.
    return List.of("-XX:SharedArchiveFile=" + Path.of(folder, "slot.jsa"), "-Xlog:cds*=off");
  }
}
