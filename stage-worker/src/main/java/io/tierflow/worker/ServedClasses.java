package io.tierflow.worker;

import io.tierflow.flow.file.PoolFile.ServedClass;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Which classes a process serves, as its command line says. */
final class ServedClasses {

  private ServedClasses() {}

  /**
   * Reads {@code CLASS} or {@code CLASS=SLOTS}, once for each class.
   *
   * @throws IllegalArgumentException if one is not valid, or is there twice
   */
  static List<ServedClass> parse(List<String> options) {
    List<ServedClass> classes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String option : options) {
      int sign = option.indexOf('=');
      String name = sign < 0 ? option : option.substring(0, sign);
      if (!names.add(name)) {
        throw new IllegalArgumentException("class '" + name + "' is there twice: expected it once");
      }
      classes.add(
          new ServedClass(
              name,
              sign < 0 ? OptionalInt.empty() : OptionalInt.of(slots(option, sign)),
              Optional.empty(),
              Optional.empty()));
    }
    return classes;
  }

  private static int slots(String option, int sign) {
    try {
      return Integer.parseInt(option.substring(sign + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "class '" + option + "': expected CLASS or CLASS=SLOTS", e);
    }
  }
}
