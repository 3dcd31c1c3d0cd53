package io.tierflow.worker.isolation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a slot's child processes may take. Immutable; {@link #ofMemory} gives the defaults.
 *
 * @param memoryBytes the memory of a child with all that it starts; at least {@link #MIN_MEMORY}
 * @param poolBytes the memory of all children of a worker together; empty for that of its slots
 * @param cpus the processors it may use, in parts of one; empty for no limit
 * @param folderBytes the most its working folder may hold; 1 GiB by default
 * @param tasksPerProcess how many tasks a child works before a new one takes its place; 1,000 by
 *     default
 * @param cancelGrace how long a cancelled handler may take to end before its child is killed; 5 s
 *     by default
 * @param environment the names of the environment variables a child gets; a name that ends with
 *     {@code *} stands for all that begin so
 * @param handlersFolder where the jars of users' handlers lie
 */
public record IsolationSettings(
    long memoryBytes,
    OptionalLong poolBytes,
    OptionalDouble cpus,
    long folderBytes,
    int tasksPerProcess,
    Duration cancelGrace,
    List<String> environment,
    Optional<Path> handlersFolder) {

  /** The least memory of a slot: a Java process with a heap of 16 MiB, 64 MiB in all. */
  public static final long MIN_MEMORY = 64L << 20;

  /** The environment variables that a child gets in any case. */
  public static final List<String> DEFAULT_ENVIRONMENT =
      List.of("PATH", "HOME", "USER", "LANG", "LANGUAGE", "LC_*", "TZ", "JAVA_HOME");

  private static final long DEFAULT_FOLDER = 1L << 30;
  private static final int DEFAULT_TASKS = 1000;
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

  /** Checks the values. */
  public IsolationSettings {
    check(
        memoryBytes >= MIN_MEMORY,
        "slot memory of "
            + (memoryBytes >> 20)
            + "m: expected at least "
            + (MIN_MEMORY >> 20)
            + "m");
    check(
        cpus.isEmpty() || cpus.getAsDouble() >= 0.01,
        "slot cpus: expected at least 0.01, found " + cpus);
    check(folderBytes > 0, "slot folder of " + folderBytes + " bytes: expected more than none");
    check(tasksPerProcess > 0, "tasks per process: expected at least 1, found " + tasksPerProcess);
    environment = List.copyOf(environment);
  }

  /** The defaults for this memory. */
  public static IsolationSettings ofMemory(long bytes) {
    return new IsolationSettings(
        bytes,
        OptionalLong.empty(),
        OptionalDouble.empty(),
        DEFAULT_FOLDER,
        DEFAULT_TASKS,
        DEFAULT_GRACE,
        DEFAULT_ENVIRONMENT,
        Optional.empty());
  }

  /** The same with this memory of a child. */
  IsolationSettings withMemoryBytes(long value) {
    return new IsolationSettings(
        value,
        poolBytes,
        cpus,
        folderBytes,
        tasksPerProcess,
        cancelGrace,
        environment,
        handlersFolder);
  }

  /** The same with this memory of all children together. */
  public IsolationSettings withPoolBytes(OptionalLong value) {
    return new IsolationSettings(
        memoryBytes,
        value,
        cpus,
        folderBytes,
        tasksPerProcess,
        cancelGrace,
        environment,
        handlersFolder);
  }

  /** The memory of all children of a worker with so many slots. */
  public long poolBytes(int slots) {
    return poolBytes.orElse(memoryBytes * slots);
  }

  /** The same with this many processors. */
  public IsolationSettings withCpus(OptionalDouble value) {
    return new IsolationSettings(
        memoryBytes,
        poolBytes,
        value,
        folderBytes,
        tasksPerProcess,
        cancelGrace,
        environment,
        handlersFolder);
  }

  /** The same with this bound of the working folder. */
  public IsolationSettings withFolderBytes(long value) {
    return new IsolationSettings(
        memoryBytes,
        poolBytes,
        cpus,
        value,
        tasksPerProcess,
        cancelGrace,
        environment,
        handlersFolder);
  }

  /** The same with this many tasks per process. */
  public IsolationSettings withTasksPerProcess(int value) {
    return new IsolationSettings(
        memoryBytes, poolBytes, cpus, folderBytes, value, cancelGrace, environment, handlersFolder);
  }

  /** The same with this grace for cancelled handlers. */
  public IsolationSettings withCancelGrace(Duration value) {
    return new IsolationSettings(
        memoryBytes,
        poolBytes,
        cpus,
        folderBytes,
        tasksPerProcess,
        value,
        environment,
        handlersFolder);
  }

  /** The same with exactly these environment variables. */
  public IsolationSettings withEnvironment(List<String> value) {
    return new IsolationSettings(
        memoryBytes,
        poolBytes,
        cpus,
        folderBytes,
        tasksPerProcess,
        cancelGrace,
        value,
        handlersFolder);
  }

  /** The same with this folder of handlers. */
  public IsolationSettings withHandlersFolder(Optional<Path> value) {
    return new IsolationSettings(
        memoryBytes,
        poolBytes,
        cpus,
        folderBytes,
        tasksPerProcess,
        cancelGrace,
        environment,
        value);
  }

  /** Whether a child gets this environment variable. */
  boolean allows(String variable) {
    return environment.stream()
        .anyMatch(
            each ->
                each.endsWith("*")
                    ? variable.startsWith(each.substring(0, each.length() - 1))
                    : variable.equals(each));
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
