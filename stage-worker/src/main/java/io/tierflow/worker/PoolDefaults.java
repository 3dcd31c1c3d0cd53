package io.tierflow.worker;

import io.tierflow.flow.file.PoolFile;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option's value comes from that the command line does not give: the environment, and
 * after it the pool file. An option {@code --slot-memory} is {@code TIERFLOW_WORKER_SLOT_MEMORY}
 * there, and {@code slot-memory} in the file. Of two options that say the same, one that is given
 * at a place that goes before silences the other.
 */
final class PoolDefaults implements IDefaultValueProvider {

  private static final String PREFIX = "TIERFLOW_WORKER_";

  private static final Map<String, String> SAME =
      Map.of("grace", "grace-seconds", "grace-seconds", "grace");

  private final Set<String> line;
  private final Map<String, String> environment;
  private final PoolFile file;

  /**
   * Gathers the places.
   *
   * @param line the names of the options that the command line gives, without hyphens
   * @param file null if there is none
   */
  PoolDefaults(Set<String> line, Map<String, String> environment, PoolFile file) {
    this.line = line;
    this.environment = environment;
    this.file = file;
  }

  @Override
  public String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option)) {
      return null;
    }
    String name = name(option);
    Source source = source(name);
    if (SAME.containsKey(name) && source(SAME.get(name)).goesBefore(source)) {
      return null;
    }
    return switch (source) {
      case ENVIRONMENT -> environment.get(variable(name));
      case POOL_FILE -> file.settings().get(name);
      case COMMAND_LINE, NOWHERE -> null;
    };
  }

  /** Where the option of this name is given first. */
  Source source(String name) {
    if (line.contains(name)) {
      return Source.COMMAND_LINE;
    }
    if (environment.containsKey(variable(name))) {
      return Source.ENVIRONMENT;
    }
    return file != null && file.settings().containsKey(name) ? Source.POOL_FILE : Source.NOWHERE;
  }

  /** An option's name without its hyphens. */
  static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  private static String variable(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
