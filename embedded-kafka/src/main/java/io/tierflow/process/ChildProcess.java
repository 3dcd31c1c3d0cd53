package io.tierflow.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One child JVM.
 *
 * <p>Its output goes to its log file. It ends with this JVM at the latest. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final ChildSpec spec;
  private final Process process;
  private final ChildLog log;
  private final CompletableFuture<Void> copied;

  private ChildProcess(ChildSpec spec, Process process, ChildLog log) {
    this.spec = spec;
    this.process = process;
    this.log = log;
    this.copied =
        CompletableFuture.runAsync(
            this::copyOutput, task -> daemon(task, spec.name() + "-output").start());
  }

  /**
   * Starts a child and returns when it has printed its {@code ready} line.
   *
   * @throws ChildStartException if it ends first or takes longer than its limit; it is then gone
   */
  public static ChildProcess start(ChildSpec spec) {
    ChildProcess child = launch(spec);
    child.awaitReady();
    return child;
  }

  /** Starts a child and returns at once; {@link #awaitReady()} waits for it. */
  public static ChildProcess launch(ChildSpec spec) {
    try {
      Process process =
          new ProcessBuilder(commandLine(spec))
              .redirectErrorStream(true)
              // Its standard input stays open as long as this JVM lives: see ParentWatch.
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .start();
      return new ChildProcess(spec, process, new ChildLog(spec.logFile()));
    } catch (IOException e) {
      throw new ChildStartException("cannot start " + spec.name() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Waits for the {@code ready} line and returns it.
   *
   * @throws ChildStartException if the child ends first or takes longer than its limit; it is then
   *     gone
   */
  public String awaitReady() {
    try {
      CompletableFuture.anyOf(log.ready(), copied)
          .get(spec.startLimit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      kill();
      throw notReady("was not ready within " + spec.startLimit().toSeconds() + " s", e);
    } catch (ExecutionException e) {
      kill();
      throw notReady("could not be logged: " + e.getCause(), e);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw notReady("was not waited for", e);
    }
    if (!log.ready().isDone()) {
      throw notReady("ended with exit code " + awaitExit(), null);
    }
    return log.ready().join();
  }

  /** The line that said that the child is ready, for example {@code ready http://127.0.0.1:80}. */
  public String readyLine() {
    return log.ready().getNow("");
  }

  /** What was started. */
  public ChildSpec spec() {
    return spec;
  }

  /** The child's process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether the child still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Completed with the exit code when the child has ended (137 after a kill -9). */
  public CompletableFuture<Integer> onExit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** The child's newest lines of output, oldest first. */
  public List<String> lastLines() {
    return log.lastLines();
  }

  /** Kills the child (kill -9) and returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Asks the child to end (SIGTERM), kills it 20 s later; returns when it is gone. */
  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{} didn't end within {} s; killing it", spec.name(), STOP_LIMIT.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  /** The same as {@link #stop()}. */
  @Override
  public void close() {
    stop();
  }

  private static List<String> commandLine(ChildSpec spec) {
    List<String> command = new ArrayList<>();
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows")) {
      // A Ctrl-C reaches every process of the terminal. Only the parent acts on it, so that it can
      // stop its children in the right order; ignoring a signal is handed on by exec.
      command.addAll(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(inheritedJvmArgs());
    command.addAll(spec.jvmArgs());
    command.add("-D" + ParentWatch.PARENT_PROPERTY + "=" + ProcessHandle.current().pid());
    command.add("-cp");
    command.add(spec.classPath());
    command.add(spec.mainClass());
    command.addAll(spec.args());
    return command;
  }

  /** How classes are shared, and where the logging is configured, holds for children as well. */
  private static List<String> inheritedJvmArgs() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(arg -> arg.startsWith("-Xshare:") || arg.startsWith("-Dlogback."))
        .toList();
  }

  private void copyOutput() {
    try {
      log.copy(process.getInputStream());
    } catch (IOException e) {
      if (process.isAlive()) {
        throw new UncheckedIOException("cannot write " + spec.logFile(), e);
      }
      LOG.debug("the output of {} broke off as it ended", spec.name(), e);
    }
  }

  private int awaitExit() {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private ChildStartException notReady(String what, Exception cause) {
    String lines =
        lastLines().stream().map(line -> "  | " + line).collect(Collectors.joining("\n"));
    return new ChildStartException(
        spec.name() + " " + what + "; its log " + spec.logFile() + " ends with:\n" + lines, cause);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
