package io.tierflow.standalone.process;

import io.tierflow.process.ChildProcess;
import io.tierflow.process.ChildSpec;
import io.tierflow.process.ChildStartException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A child that is kept running, and can be killed and started again by hand. Thread-safe: one
 * change at a time, except that stopping cuts a start short.
 */
public final class SupervisedChild {

  private final ChildSpec spec;
  private final RestartPolicy policy;
  private final Executor threads;
  private final Consumer<String> messages;

  private volatile boolean wanted = true;
  private volatile ChildProcess process;
  private int deaths; // guarded by this

  SupervisedChild(
      ChildSpec spec, RestartPolicy policy, Executor threads, Consumer<String> messages) {
    this.spec = spec;
    this.policy = policy;
    this.threads = threads;
    this.messages = messages;
  }

  /** The child's name, for example {@code runner}. */
  public String name() {
    return spec.name();
  }

  /** The process id; another one after each start. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The line that said that it is ready. */
  public String readyLine() {
    return process.readyLine();
  }

  /** Kills the process (kill -9) and leaves it dead until {@link #restart()}. */
  public synchronized void kill() {
    wanted = false;
    process.kill();
  }

  /**
   * Starts the process again, after stopping it if it still runs, and returns when it is ready.
   *
   * @throws ChildStartException if it doesn't become ready
   */
  public synchronized void restart() {
    wanted = false;
    process.stop();
    wanted = true;
    deaths = 0;
    start();
  }

  synchronized void start() {
    ChildProcess started = ChildProcess.launch(spec);
    process = started;
    if (!wanted) {
      // Stopped in the meantime; stop() may have seen the earlier process only.
      started.stop();
    }
    started.awaitReady();
    if (policy.restarts()) {
      threads.execute(() -> died(started, started.onExit().join()));
      schedule(() -> forgetDeaths(started), policy.backoff().healthy());
    }
  }

  /** Stops the process for good; cuts short a start that goes on. */
  void stop() {
    wanted = false;
    ChildProcess current = process;
    if (current != null) {
      current.stop();
    }
  }

  private synchronized void died(ChildProcess dead, int exitCode) {
    if (wanted && process == dead) {
      deaths++;
      startLater("ended unexpectedly (exit code " + exitCode + ")");
    }
  }

  private void startLater(String why) {
    schedule(() -> startAgain(why), policy.backoff().after(deaths));
  }

  private synchronized void startAgain(String why) {
    if (!wanted || process.isAlive()) {
      return;
    }
    messages.accept(name() + " " + why + "; starting it again");
    try {
      start();
      messages.accept(name() + " is ready again");
    } catch (ChildStartException e) {
      if (wanted) {
        messages.accept(e.getMessage());
        deaths++;
        startLater("didn't start");
      }
    }
  }

  private synchronized void forgetDeaths(ChildProcess healthy) {
    if (process == healthy && healthy.isAlive()) {
      deaths = 0;
    }
  }

  private void schedule(Runnable task, Duration delay) {
    CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, threads)
        .execute(task);
  }
}
