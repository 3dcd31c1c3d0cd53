package io.tierflow.worker;

import io.tierflow.flow.file.PoolFile.ServedClass;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/** Which classes a process serves, and what each has of its own. */
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

  /**
   * The classes without what they have of their own where the same is given for all at a place that
   * goes before theirs.
   *
   * @param place where the classes come from
   * @throws IllegalArgumentException if one of several classes would lose what it has of its own:
   *     the message says what was given where
   */
  static List<ServedClass> without(List<ServedClass> classes, Source place, PoolDefaults settings) {
    boolean slots = replaces("slots", settings, place, classes, it -> it.slots().isPresent());
    boolean memory =
        replaces("slot-memory", settings, place, classes, it -> it.slotMemory().isPresent());
    boolean cpus = replaces("slot-cpus", settings, place, classes, it -> it.slotCpus().isPresent());
    return classes.stream()
        .map(
            it ->
                new ServedClass(
                    it.name(),
                    slots ? OptionalInt.empty() : it.slots(),
                    memory ? Optional.empty() : it.slotMemory(),
                    cpus ? Optional.empty() : it.slotCpus()))
        .toList();
  }

  private static boolean replaces(
      String name,
      PoolDefaults settings,
      Source place,
      List<ServedClass> classes,
      Predicate<ServedClass> hasOwn) {
    Source given = settings.source(name);
    if (!given.goesBefore(place)) {
      return false;
    }
    List<String> own = classes.stream().filter(hasOwn).map(ServedClass::name).toList();
    if (classes.size() > 1 && !own.isEmpty()) {
      throw new IllegalArgumentException(
          "%s of %s: %s gives some of its %d classes their own (%s): expected %s"
              .formatted(
                  name,
                  given,
                  place,
                  classes.size(),
                  String.join(", ", own),
                  name.equals("slots") ? "--class CLASS=SLOTS for each" : "it there only"));
    }
    return true;
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
