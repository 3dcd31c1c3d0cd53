package io.tierflow.examples.demo;

import java.net.URI;
import java.nio.file.Path;

/** A broker, a runner and the pools {@code small} (7 slots) and {@code large} (1 slot). */
public interface DemoCluster extends AutoCloseable {

  /**
   * Starts all of it; it can take work when this returns.
   *
   * @throws RuntimeException if a part of it cannot start
   */
  void start();

  /** Where the runner answers. */
  URI httpUrl();

  /** Stops all of it, also while it starts, from any thread. May be called again. */
  @Override
  void close();

  /** Makes clusters. */
  @FunctionalInterface
  interface Launcher {

    /**
     * A cluster that is not started yet.
     *
     * @param data its data folder, which exists
     */
    DemoCluster prepare(Path data);
  }
}
