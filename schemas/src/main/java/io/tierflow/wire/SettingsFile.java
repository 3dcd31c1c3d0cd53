package io.tierflow.wire;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Settings of every Kafka client and of the schema registry, in a properties file that runners and
 * workers share. In a file and not in arguments, since passwords are among them and a process list
 * shows arguments to everyone.
 */
public final class SettingsFile {

  private SettingsFile() {}

  /**
   * Reads a properties file in UTF-8.
   *
   * @throws IllegalArgumentException if it cannot be read; the message names the file
   */
  public static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("settings file " + file + ": not found", e);
    } catch (IOException | IllegalArgumentException e) { // a broken Unicode escape is the latter
      throw new IllegalArgumentException(
          "settings file " + file + ": cannot be read: " + e.getMessage(), e);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toUnmodifiableMap(key -> key, properties::getProperty));
  }
}
