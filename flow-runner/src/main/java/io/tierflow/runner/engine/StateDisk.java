package io.tierflow.runner.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The disk that the state stores lie on, as far as it can keep a runner from working. */
final class StateDisk {

  /** With less than that the next write of a store fails. */
  private static final long LEAST_BYTES = 4L << 20;

  private final Path folder;
  private final Space space;

  /** Tells how many bytes are left for a folder. */
  @FunctionalInterface
  interface Space {
    long of(Path folder) throws IOException;
  }

  /** The disk of this folder, which exists. */
  static StateDisk of(Path folder) {
    return new StateDisk(folder, it -> Files.getFileStore(it).getUsableSpace());
  }

  StateDisk(Path folder, Space space) {
    this.folder = folder;
    this.space = space;
  }

  /** What is wrong with it, for a person; empty if nothing is. */
  Optional<String> trouble() {
    try {
      long left = space.of(folder);
      return left >= LEAST_BYTES
          ? Optional.empty()
          : Optional.of(
              "no space is left on the disk of the data folder %s: found %d KiB, expected at least %d"
                  .formatted(folder, left >> 10, LEAST_BYTES >> 10));
    } catch (IOException e) {
      return Optional.of("the data folder " + folder + " cannot be used: " + e);
    }
  }
}
