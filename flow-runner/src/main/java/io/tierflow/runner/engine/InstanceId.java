package io.tierflow.runner.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** A name of a data folder's own, so that Kafka knows a runner that comes back to it. */
final class InstanceId {

  private InstanceId() {}

  /**
   * The folder's name; folder and name are made at the first call.
   *
   * @throws UncheckedIOException if the folder cannot be written
   */
  static String of(Path dataDir) {
    Path file = dataDir.resolve("instance-id");
    try {
      Files.createDirectories(dataDir);
      if (!Files.exists(file)) {
        Files.writeString(file, UUID.randomUUID().toString());
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "data folder " + dataDir + ": expected a folder that can be written", e);
    }
  }
}
