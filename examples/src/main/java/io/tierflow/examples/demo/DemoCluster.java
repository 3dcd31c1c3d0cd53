package io.tierflow.examples.demo;

import java.net.URI;
import java.nio.file.Path;

/** A broker, a runner and the pools {@code small} (7 slots) and {@code large} (1 slot), all up. */
public interface DemoCluster extends AutoCloseable {

  /** Where the runner answers. */
  URI httpUrl();

  /** Stops all of it. */
  @Override
  void close();

  /** Starts a cluster. */
  @FunctionalInterface
  interface Launcher {

    /**
     * Starts a cluster; it can take work when this returns.
     *
     * @param data its data folder, which exists
     * @throws Exception if a part of it cannot start
     */
    @SuppressWarnings("InterruptedExceptionSwallowed") // what it throws ends the command
    DemoCluster start(Path data) throws Exception;
  }
}
