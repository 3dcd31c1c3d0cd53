package io.tierflow.examples.demo;

import java.io.IOException;
import java.io.PrintWriter;

/**
 * Ends a demo: its cluster and its temporary folder are gone when {@link #close()} returns, whether
 * the demo ended or a signal did (it is a shutdown hook as well). Thread-safe.
 */
final class DemoStop implements AutoCloseable {

  private final DemoCluster cluster;
  private final DemoFolder folder;
  private final PrintWriter err;
  private final Thread hook = new Thread(this::stopBySignal, "demo-stop");
  private volatile boolean signalled;

  private DemoStop(DemoCluster cluster, DemoFolder folder, PrintWriter err) {
    this.cluster = cluster;
    this.folder = folder;
    this.err = err;
  }

  static DemoStop onExit(DemoCluster cluster, DemoFolder folder, PrintWriter err) {
    DemoStop stop = new DemoStop(cluster, folder, err);
    Runtime.getRuntime().addShutdownHook(stop.hook);
    return stop;
  }

  /** Whether a signal ends the process: failures are then what was asked for. */
  boolean signalled() {
    return signalled;
  }

  @Override
  public void close() {
    if (signalled) {
      return; // the hook does it
    }
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is being stopped just now, so the hook runs; it finds nothing left to do.
    }
  }

  private void stopBySignal() {
    signalled = true;
    stop();
  }

  private synchronized void stop() {
    cluster.close();
    try {
      folder.deleteIfTemporary();
    } catch (IOException e) {
      err.println("demo: cannot delete " + folder.path() + ": " + e);
      err.flush();
    }
  }
}
