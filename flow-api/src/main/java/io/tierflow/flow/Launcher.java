package io.tierflow.flow;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who works a stage's tasks: the launcher is a seam, so that changing it changes one word of a flow
 * and nothing else of it.
 *
 * <p>A class and a launcher together are a <em>lane</em>: it has a task topic and a share group of
 * its own, so that only workers of this launcher see its tasks. Leases, heartbeats, retries,
 * cancelling and dead letters are the same in every lane.
 */
public enum Launcher {

  /** The workers of the class's pools; what a stage that says nothing has. */
  KAFKA("kafka"),

  /** A worker inside a runner's process: for light, trusted handlers beside small deployments. */
  IN_PROCESS("in-process"),

  /** A program on a machine of the class, reached by SSH; only for the handler {@code exec}. */
  SSH("ssh");

  /** The only handler of {@link #SSH}. */
  public static final String SSH_HANDLER = "exec";

  private final String word;

  Launcher(String word) {
    this.word = word;
  }

  /** As flow files write it. */
  public String word() {
    return word;
  }

  /** The launcher that flow files write so. */
  public static Optional<Launcher> of(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  /** All of them as flow files write them. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Launcher::word).toList();
  }

  /**
   * The name of this launcher's lane of a class: the class's own for {@link #KAFKA}, else with the
   * launcher behind a dot, which no class's name has.
   */
  public String lane(String resourceClass) {
    return this == KAFKA ? resourceClass : resourceClass + "." + word;
  }

  /** Whether this launcher can work stages of a handler. */
  public boolean takes(String handler) {
    return this != SSH || handler.equals(SSH_HANDLER);
  }

  /** Every lane of a class, that of {@link #KAFKA} first. */
  public static List<String> lanes(String resourceClass) {
    return Arrays.stream(values()).map(each -> each.lane(resourceClass)).toList();
  }

  @Override
  public String toString() {
    return word;
  }
}
