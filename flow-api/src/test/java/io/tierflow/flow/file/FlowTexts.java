package io.tierflow.flow.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Flow files to read, and what is wrong with them. */
final class FlowTexts {

  static final Catalog CATALOG =
      Catalog.of(Set.of("small", "large", "xlarge"), Set.of("echo", "http-get", "core-logic"));

  private FlowTexts() {}

  static List<String> problems(String text) {
    return problems(text, CATALOG);
  }

  static List<String> problems(String text, Catalog catalog) {
    InvalidFlowException e =
        catchThrowableOfType(
            InvalidFlowException.class, () -> FlowReader.read("flow.yaml", text, catalog));
    assertThat(e).as("the flow should be refused").isNotNull();
    return e.problems().stream().map(Problem::message).toList();
  }

  /** A flow of one stage with these further lines in it. */
  static String stageWith(String... lines) {
    return "flow: f\npipelines:\n  p:\n    stages:\n      - stage: s\n        handler: echo\n"
        + "        class: small\n"
        + IntStream.range(0, lines.length)
            .mapToObj(i -> "        " + lines[i] + "\n")
            .collect(Collectors.joining());
  }
}
