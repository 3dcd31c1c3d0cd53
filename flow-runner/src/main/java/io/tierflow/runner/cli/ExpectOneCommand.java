package io.tierflow.runner.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands about one expectation have in common. */
abstract class ExpectOneCommand extends ClientCommand {

  @Parameters(paramLabel = "NAME", description = "What it is called.")
  private String name;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Which of several of that name. Default: the one without a key")
  private String key;

  final String name() {
    return name;
  }

  final String key() {
    return key;
  }

  /** Where the runner has it. */
  final String path() {
    return "/api/v1/expectations/"
        + RunnerApi.encoded(name)
        + (key == null ? "" : "?key=" + RunnerApi.encoded(key));
  }
}
