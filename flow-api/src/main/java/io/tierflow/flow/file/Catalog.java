package io.tierflow.flow.file;

import io.tierflow.flow.Launcher;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a flow may name. Immutable.
 *
 * @param classes the resource classes there are; empty when that is not to be checked
 * @param handlers the handlers of each lane's workers, by the lane's name, a lane without an entry
 *     having none; empty when that is not to be checked
 */
public record Catalog(Optional<Set<String>> classes, Optional<Map<String, Set<String>>> handlers) {

  /** Checks neither classes nor handlers. */
  public static final Catalog UNCHECKED = new Catalog(Optional.empty(), Optional.empty());

  /** Copies the sets. */
  public Catalog {
    classes = classes.map(Set::copyOf);
    handlers =
        handlers.map(
            byLane ->
                byLane.entrySet().stream()
                    .collect(
                        Collectors.toUnmodifiableMap(
                            Map.Entry::getKey, each -> Set.copyOf(each.getValue()))));
  }

  /** These classes, each with all of these handlers by every launcher, and no others. */
  public static Catalog of(Set<String> classes, Set<String> handlers) {
    return of(
        classes,
        classes.stream()
            .flatMap(name -> Launcher.lanes(name).stream())
            .collect(Collectors.toMap(Function.identity(), lane -> handlers)));
  }

  /** These classes, with the handlers of each lane, and no others. */
  public static Catalog of(Set<String> classes, Map<String, Set<String>> handlers) {
    return new Catalog(Optional.of(classes), Optional.of(handlers));
  }

  /** The handlers of a lane, or of all together where the lane cannot be told. */
  Optional<Set<String>> handlersOn(Optional<String> lane) {
    return handlers.map(
        byLane ->
            lane.map(name -> byLane.getOrDefault(name, Set.of()))
                .orElseGet(
                    () ->
                        byLane.values().stream()
                            .flatMap(Set::stream)
                            .collect(Collectors.toUnmodifiableSet())));
  }

  /** The lanes whose workers have a handler. */
  Set<String> lanesWith(String handler) {
    return handlers.orElse(Map.of()).entrySet().stream()
        .filter(each -> each.getValue().contains(handler))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  static String list(Set<String> names) {
    return names.isEmpty() ? "(none known)" : String.join(", ", new TreeSet<>(names));
  }
}
