package io.tierflow.standalone;

import picocli.CommandLine;

/**
 * Adds commands to the program, found by {@link java.util.ServiceLoader}: a jar on the class path
 * with {@code META-INF/services/io.tierflow.standalone.CommandProvider} needs no change here.
 */
@FunctionalInterface
public interface CommandProvider {

  /** Adds this provider's commands to the top command. */
  void addTo(CommandLine top);
}
