package io.tierflow.benchmarks;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where benchmarks run.
 *
 * @param bootstrap address of the broker, which has a JVM of its own
 * @param brokerPid that JVM's process
 * @param folder for whatever a benchmark keeps on disk meanwhile
 * @param clocks the clocks to measure by
 * @param time how long one repetition measures, its warm-up not counted
 */
record Lab(String bootstrap, long brokerPid, Path folder, Clocks clocks, Duration time) {

  /** How long each system runs under load before it is measured: a third of the time. */
  Duration warmUp() {
    return time.dividedBy(3);
  }
}
