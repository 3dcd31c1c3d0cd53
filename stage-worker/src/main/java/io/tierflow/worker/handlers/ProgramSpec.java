package io.tierflow.worker.handlers;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to start.
 *
 * @param command the program and its arguments, at least the program
 * @param environment what it has in its environment beside what its machine gives it
 * @param dir the folder that it runs in, on its machine; empty for the usual one
 * @param files what is copied there and back
 * @param inputBytes how much its standard input will be fed
 */
public record ProgramSpec(
    List<String> command,
    Map<String, String> environment,
    Optional<String> dir,
    Files files,
    int inputBytes) {

  /** Takes copies. */
  public ProgramSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /**
   * Files that are copied between the worker's folder and the one that the program runs in, under
   * the same relative names.
   *
   * @param send what the program needs
   * @param fetch what it leaves
   */
  public record Files(List<String> send, List<String> fetch) {

    /** Takes copies. */
    public Files {
      send = List.copyOf(send);
      fetch = List.copyOf(fetch);
    }
  }

  /** The program, quoted for messages. */
  public String program() {
    return "'" + command.get(0) + "'";
  }
}
