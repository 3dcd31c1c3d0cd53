package io.tierflow.worker;

import io.tierflow.flow.file.PoolFile;
import io.tierflow.flow.file.PoolFileReader;
import io.tierflow.wire.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Pool files from a disk. */
final class PoolFiles {

  private PoolFiles() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it cannot be read, or with all that is wrong in it
   */
  static PoolFile read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("pool file " + file + ": cannot be read: " + e, e);
    }
    return PoolFileReader.read(file.toString(), text);
  }

  /**
   * The values with {@code ${env:NAME}} filled in, as in a settings file.
   *
   * @throws IllegalArgumentException if a variable is not set; the message names the place
   */
  static Map<String, String> filled(Map<String, String> values, String place) {
    return SettingsFile.filled(place, values);
  }
}
