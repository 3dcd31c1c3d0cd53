package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line in one line, and where to read more. */
final class ParseErrors implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command.getErr().println(e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    command
        .getErr()
        .println("see '" + command.getCommandSpec().qualifiedName() + " --help' for what it takes");
    command.getErr().flush();
    if (command.getCommandSpec().findOption("--json") != null
        && Arrays.asList(args).contains("--json")) {
      command
          .getOut()
          .println(
              ClientJson.pretty(
                  JsonNodeFactory.instance.objectNode().put("detail", e.getMessage())));
      command.getOut().flush();
    }
    return ExitCodes.INVALID;
  }
}
