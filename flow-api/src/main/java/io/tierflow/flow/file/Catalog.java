package io.tierflow.flow.file;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a flow may name. Immutable.
 *
 * @param classes the resource classes there are; empty when that is not to be checked
 * @param handlers the handlers there are; empty when that is not to be checked
 */
public record Catalog(Optional<Set<String>> classes, Optional<Set<String>> handlers) {

  /** Checks neither classes nor handlers. */
  public static final Catalog UNCHECKED = new Catalog(Optional.empty(), Optional.empty());

  /** Copies the sets. */
  public Catalog {
    classes = classes.map(Set::copyOf);
    handlers = handlers.map(Set::copyOf);
  }

  /** These classes and handlers, and no others. */
  public static Catalog of(Set<String> classes, Set<String> handlers) {
    return new Catalog(Optional.of(classes), Optional.of(handlers));
  }

  static String list(Set<String> names) {
    return names.isEmpty() ? "(none known)" : String.join(", ", new TreeSet<>(names));
  }
}
