package io.tierflow.runner.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A name of a data folder's own, so that Kafka knows a runner that comes back to it. */
final class InstanceId {

  private InstanceId() {}

  /**
   * The folder's name; folder and name are made at the first call.
   *
   * @throws IllegalArgumentException if the folder cannot be written
   */
  static String of(Path dataDir) {
    Path file = dataDir.resolve("instance-id");
    try {
      Files.createDirectories(dataDir);
      String found = Files.exists(file) ? Files.readString(file).strip() : "";
      if (!found.isEmpty()) {
        return found;
      }
      String fresh = UUID.randomUUID().toString();
      // Whole or not at all: Kafka refuses the empty name that a kill would leave.
      Files.move(
          Files.writeString(dataDir.resolve("instance-id.new"), fresh),
          file,
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      return fresh;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "data folder " + dataDir + ": expected a folder that can be written, found " + e, e);
    }
  }
}
