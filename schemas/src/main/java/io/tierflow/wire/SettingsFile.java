package io.tierflow.wire;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Settings of every Kafka client and of the schema registry, in a properties file that runners and
 * workers share. In a file and not in arguments, since passwords are among them and a process list
 * shows arguments to everyone.
 */
public final class SettingsFile {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([^}]*)}");

  private SettingsFile() {}

  /**
   * Reads a properties file in UTF-8. {@code ${env:NAME}} in a value stands for that variable of
   * the environment, as it does with Kafka's own provider of that name.
   *
   * @throws IllegalArgumentException if it cannot be read or names a variable that is not set; the
   *     message names the file
   */
  public static Map<String, String> read(Path file) {
    return read(file, System.getenv());
  }

  static Map<String, String> read(Path file, Map<String, String> environment) {
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
        .collect(
            Collectors.toUnmodifiableMap(
                key -> key,
                key ->
                    filled(
                        "settings file " + file, key, properties.getProperty(key), environment)));
  }

  /**
   * The same values, with {@code ${env:NAME}} filled in from the environment.
   *
   * @param place where they stand, for messages
   * @throws IllegalArgumentException if a variable is not set; the message names place and key
   */
  public static Map<String, String> filled(String place, Map<String, String> values) {
    Map<String, String> environment = System.getenv();
    return values.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey,
                each -> filled(place, each.getKey(), each.getValue(), environment)));
  }

  private static String filled(
      String place, String key, String value, Map<String, String> environment) {
    return VARIABLE
        .matcher(value)
        .replaceAll(
            found -> {
              String variable = environment.get(found.group(1));
              if (variable == null) {
                throw new IllegalArgumentException(
                    place
                        + ": "
                        + key
                        + ": found "
                        + found.group()
                        + ", but the environment has no "
                        + found.group(1));
              }
              return Matcher.quoteReplacement(variable);
            });
  }
}
