package io.tierflow.runner.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code pause} and {@code resume} are about: one of these. */
final class PauseTarget {

  @Parameters(paramLabel = "RUN", description = "The run's id.")
  private String run;

  @Option(
      names = "--flow",
      paramLabel = "FLOW",
      description = "A flow: all its runs, those to come included.")
  private String flow;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "A resource class: whatever is to be sent to it.")
  private String resourceClass;

  /** The route that what is asked is appended to. */
  String path() {
    if (run != null) {
      return "/api/v1/runs/" + RunnerApi.encoded(run);
    }
    return flow != null
        ? "/api/v1/flows/" + RunnerApi.encoded(flow)
        : "/api/v1/classes/" + RunnerApi.encoded(resourceClass);
  }

  /** What to call it. */
  String words() {
    if (run != null) {
      return "run " + run;
    }
    return flow != null ? "flow " + flow : "class " + resourceClass;
  }

  /** What the answer must look like. */
  Shape answer() {
    return run != null ? Shape.SUBMITTED : Shape.PAUSE;
  }
}
