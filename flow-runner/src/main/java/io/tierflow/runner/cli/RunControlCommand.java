package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import picocli.CommandLine.Parameters;

/** What the commands that ask something of one run have in common. */
abstract class RunControlCommand extends ClientCommand {

  private final String word;
  private final String done;

  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String id;

  /**
   * A command of this kind.
   *
   * @param word the end of the route
   * @param done what is said of the run afterwards
   */
  RunControlCommand(String word, String done) {
    this.word = word;
    this.done = done;
  }

  /** What the request says; nothing unless a command has more to say. */
  ObjectNode body() {
    return ClientJson.MAPPER.createObjectNode();
  }

  @Override
  final int execute(RunnerApi api) {
    JsonNode answer =
        api.post("/api/v1/runs/" + RunnerApi.encoded(id) + "/" + word, body(), Map.of());
    if (json()) {
      print(answer);
    } else {
      out().println("run " + id + " " + done);
      out().flush();
    }
    return ExitCodes.OK;
  }
}
