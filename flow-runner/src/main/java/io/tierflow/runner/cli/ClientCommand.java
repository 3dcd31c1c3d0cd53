package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command that talks to a runner has: where it is, and how to print. */
abstract class ClientCommand implements Callable<Integer> {

  private static final int MAX_PORT = 65_535;

  @Spec private CommandSpec spec;

  @Option(
      names = "--runner",
      paramLabel = "URL",
      defaultValue = "${env:TIERFLOW_RUNNER:-http://127.0.0.1:8080}",
      description = "Where the runner is; TIERFLOW_RUNNER says it too. Default: ${DEFAULT-VALUE}")
  private String runner;

  @Option(names = "--json", description = "Print one JSON document on standard output, only that.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the annotation, not the value
  private boolean help;

  /** Does the work and prints its result. */
  abstract int execute(RunnerApi api);

  @Override
  public final Integer call() {
    try {
      return execute(new RunnerApi(runnerUri()));
    } catch (CliFailure e) {
      e.lines().forEach(err()::println);
      if (json) {
        print(e.document());
      }
      return e.exitCode();
    }
  }

  private URI runnerUri() {
    try {
      URI uri = URI.create(runner);
      if (List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getPort() <= MAX_PORT
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Refused below, like a URL of another kind.
    }
    throw CliFailure.invalid(
        "--runner or TIERFLOW_RUNNER: found '"
            + runner
            + "', expected a URL such as http://127.0.0.1:8080");
  }

  final boolean json() {
    return json;
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final void print(JsonNode document) {
    out().println(ClientJson.pretty(document));
    out().flush();
  }

  final void print(List<String> lines) {
    lines.forEach(out()::println);
    out().flush();
  }

  final RunTree tree() {
    return new RunTree(glyphs());
  }

  final Glyphs glyphs() {
    return Glyphs.of(Charset.defaultCharset());
  }
}
