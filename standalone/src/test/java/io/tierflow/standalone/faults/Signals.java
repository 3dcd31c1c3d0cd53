package io.tierflow.standalone.faults;

import io.tierflow.standalone.process.SupervisedChild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Freezes processes, as a machine that is out of memory or a suspended one does, and wakes them;
 * and tells them to end.
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

  /** Sends SIGTERM and waits; false if the process was still there after the limit. */
  public static boolean end(SupervisedChild child, Duration limit) throws InterruptedException {
    Optional<ProcessHandle> process = ProcessHandle.of(child.pid());
    if (process.isEmpty()) {
      return true;
    }
    send("-TERM", child);
    try {
      process.get().onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of " + child.name() + " could not be seen", e);
    }
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
