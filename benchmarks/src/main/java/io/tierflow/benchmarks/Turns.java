package io.tierflow.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** In which order the two sides are measured. */
final class Turns {

  private Turns() {}

  /**
   * Each side once per repetition, the first one changing: neither always gets the colder JVM or
   * the fuller disk.
   */
  static List<Coordinator.Kind> of(int repetitions) {
    List<Coordinator.Kind> turns = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      boolean bareFirst = i % 2 == 0;
      turns.add(bareFirst ? Coordinator.Kind.BARE : Coordinator.Kind.TIERFLOW);
      turns.add(bareFirst ? Coordinator.Kind.TIERFLOW : Coordinator.Kind.BARE);
    }
    return turns;
  }
}
