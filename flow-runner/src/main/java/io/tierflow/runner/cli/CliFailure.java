package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Ends a command: the exit code, what to tell the user, and the same as JSON. */
final class CliFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final transient List<String> lines;
  private final transient JsonNode document;

  CliFailure(int exitCode, List<String> lines, JsonNode document) {
    super(String.join("\n", lines));
    this.exitCode = exitCode;
    this.lines = lines;
    this.document = document;
  }

  static CliFailure failed(String message) {
    return of(ExitCodes.FAILED, message);
  }

  static CliFailure invalid(String message) {
    return of(ExitCodes.INVALID, message);
  }

  static CliFailure unreachable(String message) {
    return of(ExitCodes.UNREACHABLE, message);
  }

  private static CliFailure of(int exitCode, String message) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("detail", message);
    return new CliFailure(exitCode, List.of(message), document);
  }

  /** This and another one, where both are of one kind. */
  CliFailure and(CliFailure other) {
    List<String> both = new ArrayList<>(lines);
    both.addAll(other.lines);
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.put("detail", String.join("\n", both));
    return new CliFailure(exitCode, List.copyOf(both), all);
  }

  int exitCode() {
    return exitCode;
  }

  List<String> lines() {
    return lines;
  }

  JsonNode document() {
    return document;
  }
}
