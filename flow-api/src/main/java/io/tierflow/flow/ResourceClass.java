package io.tierflow.flow;

import java.util.regex.Pattern;

/**
 * A hardware tier's name: it picks the task topic, and so the pool that works a stage.
 *
 * @param name lower-case letters, digits and hyphens, beginning with a letter, at most 63
 */
public record ResourceClass(String name) implements Comparable<ResourceClass> {

  private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the name does not have the documented form
   */
  public ResourceClass {
    if (!VALID.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "resource class '" + name + "': expected " + VALID.pattern());
    }
  }

  /** Whether the name has the documented form. */
  public static boolean isValid(String name) {
    return VALID.matcher(name).matches();
  }

  @Override
  public int compareTo(ResourceClass other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
