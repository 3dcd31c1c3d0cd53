package io.tierflow.worker;

import io.tierflow.flow.file.ByteSize;
import io.tierflow.flow.file.PoolFile.ServedClass;
import io.tierflow.worker.isolation.IsolationSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Option;

/** The options that say where handlers run, and within which limits. */
final class IsolationOptions {

  private static final String ALWAYS = "PATH, HOME, USER, LANG, LC_*, TZ and JAVA_HOME";
  private static final List<String> KINDS = List.of("thread", "process");

  @Option(
      names = "--isolation",
      defaultValue = "thread",
      paramLabel = "KIND",
      description = {
        "Where handlers run: thread, or process, which gives each task a",
        "Java process with limits of its own; default ${DEFAULT-VALUE}."
      })
  private String kind = "thread";

  @Option(
      names = "--slot-memory",
      paramLabel = "SIZE",
      description = "Memory of each slot's process, such as 512m; default: the pool's, shared out.")
  private String slotMemory;

  @Option(
      names = "--pool-memory",
      paramLabel = "SIZE",
      description = "Memory of all slots together; more than that is refused.")
  private String poolMemory;

  @Option(
      names = "--slot-cpus",
      paramLabel = "N",
      description = "Processors each slot's process may use, such as 0.5; default: no limit.")
  private Double slotCpus;

  @Option(
      names = "--slot-folder",
      defaultValue = "1g",
      paramLabel = "SIZE",
      description = "What a task's working folder may hold; default ${DEFAULT-VALUE}.")
  private String slotFolder = "1g";

  @Option(
      names = "--tasks-per-process",
      defaultValue = "1000",
      paramLabel = "N",
      description = "After so many tasks a new process takes over; default ${DEFAULT-VALUE}.")
  private int tasksPerProcess = 1000;

  @Option(
      names = "--env",
      split = ",",
      paramLabel = "NAME",
      description = {
        "A further environment variable that handlers' processes see; NAME* for",
        "all that begin so. Repeatable. They always see " + ALWAYS + "."
      })
  private List<String> environment = new ArrayList<>();

  /** Further variables that handlers' processes see. */
  void addEnvironment(List<String> names) {
    environment.addAll(names);
  }

  /**
   * The settings of each class; none if handlers run on threads.
   *
   * @throws IllegalArgumentException if an option is not valid; the message names it
   */
  Map<ServedClass, IsolationSettings> settings(
      List<ServedClass> classes, ToIntFunction<ServedClass> slots, Path handlersFolder) {
    if (!KINDS.contains(kind)) {
      throw new IllegalArgumentException("isolation '" + kind + "': expected thread or process");
    }
    if (kind.equals("thread")) {
      if (slotMemory != null
          || poolMemory != null
          || slotCpus != null
          || classes.stream()
              .anyMatch(it -> it.slotMemory().isPresent() || it.slotCpus().isPresent())) {
        throw new IllegalArgumentException(
            "slot memory, pool memory and slot cpus: expected --isolation process with them,"
                + " threads share one memory");
      }
      return Map.of();
    }
    List<String> variables = new ArrayList<>(IsolationSettings.DEFAULT_ENVIRONMENT);
    variables.addAll(environment);
    OptionalLong pool = size("pool memory", poolMemory);
    Map<ServedClass, Long> memory =
        SlotMemory.of(classes, slots, size("slot memory", slotMemory), pool);
    Map<ServedClass, IsolationSettings> settings = new HashMap<>();
    for (ServedClass each : classes) {
      Double cpus = each.slotCpus().orElse(slotCpus);
      settings.put(
          each,
          IsolationSettings.ofMemory(memory.get(each))
              // Several classes do not share what is left: each would need to know of the others.
              .withPoolBytes(classes.size() == 1 ? pool : OptionalLong.empty())
              .withCpus(cpus == null ? OptionalDouble.empty() : OptionalDouble.of(cpus))
              .withFolderBytes(size("slot folder", slotFolder).orElseThrow())
              .withTasksPerProcess(tasksPerProcess)
              .withEnvironment(variables)
              .withHandlersFolder(Optional.ofNullable(handlersFolder)));
    }
    return settings;
  }

  private static OptionalLong size(String name, String text) {
    try {
      return text == null ? OptionalLong.empty() : OptionalLong.of(ByteSize.parse(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " " + e.getMessage(), e);
    }
  }
}
