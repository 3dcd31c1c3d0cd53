package io.tierflow.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a child JVM runs. Immutable.
 *
 * @param name names its log file and its messages, for example {@code worker-small}
 * @param mainClass its main class, which calls {@link ParentWatch#startIfChild()} first
 * @param args its arguments
 * @param jvmArgs its JVM options, for example {@code -Xmx256m}
 * @param logDir folder of {@code NAME.log}
 * @param startLimit how long it may take until it says {@code ready}
 * @param classPath what it is made of; that of this JVM, but for one of another version
 */
public record ChildSpec(
    String name,
    String mainClass,
    List<String> args,
    List<String> jvmArgs,
    Path logDir,
    Duration startLimit,
    String classPath) {

  private static final Duration DEFAULT_START_LIMIT = Duration.ofSeconds(90);

  /** Copies the lists. */
  public ChildSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(mainClass, "mainClass");
    Objects.requireNonNull(logDir, "logDir");
    Objects.requireNonNull(startLimit, "startLimit");
    Objects.requireNonNull(classPath, "classPath");
    args = List.copyOf(args);
    jvmArgs = List.copyOf(jvmArgs);
  }

  /** A child with a start limit of 90 s, the JVM's own defaults and this one's class path. */
  public static ChildSpec of(String name, Class<?> mainClass, List<String> args, Path logDir) {
    return new ChildSpec(
        name,
        mainClass.getName(),
        args,
        List.of(),
        logDir,
        DEFAULT_START_LIMIT,
        System.getProperty("java.class.path"));
  }

  /** The same, with these JVM options. */
  public ChildSpec withJvmArgs(List<String> newJvmArgs) {
    return new ChildSpec(name, mainClass, args, newJvmArgs, logDir, startLimit, classPath);
  }

  /** The same, with this start limit. */
  public ChildSpec withStartLimit(Duration newLimit) {
    return new ChildSpec(name, mainClass, args, jvmArgs, logDir, newLimit, classPath);
  }

  /** The same, made of these jars and folders. */
  public ChildSpec withClassPath(String newClassPath) {
    return new ChildSpec(name, mainClass, args, jvmArgs, logDir, startLimit, newClassPath);
  }

  /** Where the child's output goes. */
  public Path logFile() {
    return logDir.resolve(name + ".log");
  }
}
