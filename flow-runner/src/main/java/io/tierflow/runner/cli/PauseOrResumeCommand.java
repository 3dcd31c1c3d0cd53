package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.ArgGroup;

/** What {@code pause} and {@code resume} have in common. */
abstract class PauseOrResumeCommand extends ClientCommand {

  private final String word;
  private final String done;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private PauseTarget target;

  /**
   * A command of this kind.
   *
   * @param word the end of the route
   * @param done what is said afterwards
   */
  PauseOrResumeCommand(String word, String done) {
    this.word = word;
    this.done = done;
  }

  @Override
  final int execute(RunnerApi api) {
    JsonNode answer =
        api.post(target.path() + "/" + word, ClientJson.MAPPER.createObjectNode(), target.answer());
    if (json()) {
      print(answer);
    } else {
      out().println(target.words() + " " + done);
      out().flush();
    }
    return ExitCodes.OK;
  }
}
