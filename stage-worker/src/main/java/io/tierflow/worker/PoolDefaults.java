package io.tierflow.worker;

import io.tierflow.flow.file.PoolFile;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option's value comes from that the command line does not give: the environment, and
 * after it the pool file. An option {@code --slot-memory} is {@code TIERFLOW_WORKER_SLOT_MEMORY}
 * there, and {@code slot-memory} in the file.
 */
final class PoolDefaults implements IDefaultValueProvider {

  private static final String PREFIX = "TIERFLOW_WORKER_";

  private final Map<String, String> environment;
  private final PoolFile file;

  /**
   * Gathers the two.
   *
   * @param file null if there is none
   */
  PoolDefaults(Map<String, String> environment, PoolFile file) {
    this.environment = environment;
    this.file = file;
  }

  @Override
  public String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option)) {
      return null;
    }
    String name = option.longestName().replaceFirst("^--", "");
    String variable = PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    String value = environment.get(variable);
    if (value != null) {
      return value;
    }
    return file == null ? null : file.settings().get(name);
  }
}
