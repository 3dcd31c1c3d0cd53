package io.tierflow.benchmarks;

import java.util.List;

/** Every benchmark there is: a new one is added here. */
final class Benchmarks {

  static final List<Benchmark> ALL =
      List.of(new HopLatency(), new Saturation(), new WaitingDeadlines());

  private Benchmarks() {}

  /**
   * The one of this name.
   *
   * @throws IllegalArgumentException if there is none; the message says which there are
   */
  static Benchmark named(String name) {
    return ALL.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "found '"
                        + name
                        + "', expected one of "
                        + String.join(", ", ALL.stream().map(Benchmark::name).toList())));
  }
}
