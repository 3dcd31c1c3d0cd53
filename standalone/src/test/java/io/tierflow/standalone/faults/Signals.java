package io.tierflow.standalone.faults;

import io.tierflow.standalone.process.SupervisedChild;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Freezes processes, as a machine that is out of memory or a suspended one does, and wakes them.
 */
public final class Signals {

  private Signals() {}

  /** Sends SIGSTOP: the process keeps its connections and does nothing any more. */
  public static void freeze(SupervisedChild child) {
    send("-STOP", child);
  }

  /** Sends SIGCONT: the process goes on where it was. Nothing happens to one that is not frozen. */
  public static void thaw(SupervisedChild child) {
    send("-CONT", child);
  }

  private static void send(String signal, SupervisedChild child) {
    try {
      Process kill =
          new ProcessBuilder("kill", signal, Long.toString(child.pid())).inheritIO().start();
      int exitCode = kill.waitFor();
      if (exitCode != 0) {
        throw new IllegalStateException(
            "kill " + signal + " of " + child.name() + ": found exit code " + exitCode);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("kill " + signal + " of " + child.name(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending " + signal, e);
    }
  }
}
