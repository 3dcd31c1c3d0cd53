package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.http.HttpApi;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line in this process, against a real API over runs in memory. */
final class Tierflow implements AutoCloseable {

  static final String FLOW =
      """
      flow: weather
      pipelines:
        main:
          stages:
            - {stage: fetch, handler: echo, class: small}
      """;

  private final InMemoryRuns runs = new InMemoryRuns();
  private final HttpApi api =
      HttpApi.start(runs, 0, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

  InMemoryRuns runs() {
    return runs;
  }

  String url() {
    return api.baseUri().toString();
  }

  /** A command to this runner. */
  Ended run(String... arguments) {
    return bare(
        Stream.concat(Stream.of(arguments), Stream.of("--runner", url())).toArray(String[]::new));
  }

  /** A command as it stands. */
  static Ended bare(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = ClientCommands.addTo(new CommandLine(new Top()));
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = commandLine.execute(arguments);
    commandLine.getOut().flush();
    commandLine.getErr().flush();
    return new Ended(exitCode, out.toString(), err.toString());
  }

  @Override
  public void close() {
    api.close();
  }

  @Command(name = "tierflow")
  private static final class Top {}

  /** What a command left. */
  record Ended(int exitCode, String out, String err) {

    List<String> outLines() {
      return out.lines().toList();
    }

    List<String> errLines() {
      return err.lines().toList();
    }

    /** Standard output, which must be exactly one JSON document. */
    JsonNode json() throws Exception {
      return ClientJson.MAPPER.readTree(out);
    }
  }
}
