package io.tierflow.flow.file;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a pool file says. Immutable.
 *
 * @param classes the classes that the pool serves, in their order; at least one
 * @param settings the other settings, each by the name of the worker's option that it stands for,
 *     without its hyphens, in the words that the option takes
 * @param environment further variables that handlers' processes see
 * @param labels what its operator calls its workers by
 * @param kafka properties of every Kafka client
 */
public record PoolFile(
    List<ServedClass> classes,
    Map<String, String> settings,
    List<String> environment,
    Map<String, String> labels,
    Map<String, String> kafka) {

  /** Keeps copies. */
  public PoolFile {
    classes = List.copyOf(classes);
    settings = Map.copyOf(settings);
    environment = List.copyOf(environment);
    labels = Map.copyOf(labels);
    kafka = Map.copyOf(kafka);
  }

  /**
   * One class of a pool.
   *
   * @param name the resource class
   * @param slots how many of its tasks run at once; empty for what the pool says for all
   * @param slotMemory the memory of each of these slots, such as 512m; empty for the pool's
   * @param slotCpus the processors of each of these slots; empty for the pool's
   */
  public record ServedClass(
      String name, OptionalInt slots, Optional<String> slotMemory, Optional<Double> slotCpus) {}
}
