package io.tierflow.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** In which order the two sides are measured. */
final class Turns {

  private Turns() {}

  /** Each side once per repetition, the first one changing: neither always gets the fuller disk. */
  static List<Side> of(int repetitions) {
    List<Side> turns = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      boolean baselineFirst = i % 2 == 0;
      turns.add(baselineFirst ? Side.BASELINE : Side.MEASURED);
      turns.add(baselineFirst ? Side.MEASURED : Side.BASELINE);
    }
    return turns;
  }
}
