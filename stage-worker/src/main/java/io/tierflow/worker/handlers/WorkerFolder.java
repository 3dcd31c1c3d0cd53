package io.tierflow.worker.handlers;

import java.nio.file.Path;

/**
 * The folder that relative paths of a flow are relative to: the worker's, also in a child process,
 * which stands in a folder of its own that is cleared after each task.
 */
final class WorkerFolder {

  /** System property of child processes: the worker's folder. */
  private static final String PROPERTY = "tierflow.folder";

  private WorkerFolder() {}

  static Path resolve(String path) {
    return Path.of(System.getProperty(PROPERTY, "")).resolve(path).toAbsolutePath().normalize();
  }
}
