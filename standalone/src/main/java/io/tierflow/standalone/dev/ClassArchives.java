package io.tierflow.standalone.dev;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Archives of loaded classes, one for each role (broker, runner, worker), which make the JVMs of
 * child processes start faster. Thread-safe.
 *
 * <p>Two system properties, set by the program's launcher, say where they are and whether they are
 * to be made. Without them, or without a role's archive, children start as any JVM does.
 */
final class ClassArchives {

  /** System property: the folder of {@code ROLE.jsa}. */
  static final String FOLDER_PROPERTY = "tierflow.archives";

  /** System property: {@code true} makes the archives when the children end. */
  static final String RECORD_PROPERTY = "tierflow.archives.record";

  private final Path folder; // null without archives
  private final boolean recording;
  private final Set<String> recorded = ConcurrentHashMap.newKeySet();

  ClassArchives(Path folder, boolean recording) {
    this.folder = folder;
    this.recording = recording;
  }

  static ClassArchives fromSystemProperties() {
    String folder = System.getProperty(FOLDER_PROPERTY);
    return new ClassArchives(
        folder == null ? null : Path.of(folder), Boolean.getBoolean(RECORD_PROPERTY));
  }

  /** The JVM options with which the next child of this role uses or makes its archive. */
  List<String> jvmArgs(String role) {
    if (folder == null) {
      return List.of();
    }
    Path archive = folder.resolve(role + ".jsa");
    if (recording) {
      // One child per role: two would write the same file.
      return recorded.add(role) ? List.of("-XX:ArchiveClassesAtExit=" + archive) : List.of();
    }
    // An archive that does not fit, of another Java for example, is silently left aside.
    // The folder is for the children of the child: processes in which handlers run.
    return Files.exists(archive)
        ? List.of(
            "-XX:SharedArchiveFile=" + archive,
            "-Xlog:cds*=off",
            "-D" + FOLDER_PROPERTY + "=" + folder)
        : List.of();
  }
}
