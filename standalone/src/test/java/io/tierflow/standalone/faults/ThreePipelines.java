package io.tierflow.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.client.AttemptView;
import io.tierflow.client.ElementsView;
import io.tierflow.client.FlowClient;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A flow with everything that a crash may catch half-way: stages in a row, in parallel, in many.
 */
final class ThreePipelines {

  static final String NAME = "three-pipelines";

  private static final int ELEMENTS = 10;

  private static final String FLOW =
      """
      flow: three-pipelines
      class: small
      pipelines:
        source:
          stages:
            - {stage: fetch, handler: echo}
            - parallel:
                - {stage: a, handler: sleep, with: {for: 1s}}
                - {stage: b, handler: sleep, with: {for: 300ms}}
                - {stage: c, handler: echo}
        each:
          stages:
            - {stage: one, handler: sleep, with: {for: 200ms}, for-each: {concurrency: 3}}
            - {stage: all, handler: echo}
        report:
          after: [source, each]
          stages:
            - {stage: merge, handler: sleep, with: {for: 300ms}}
            - {stage: last, handler: echo}
      """;

  private ThreePipelines() {}

  static void applyTo(FlowClient client) {
    client.apply(NAME, FLOW);
  }

  /** Submits so many runs, each with an input of its own. */
  static List<String> submit(FlowClient client, int runs) {
    return IntStream.range(0, runs).mapToObj(n -> client.submit(NAME, input(n))).toList();
  }

  /**
   * Submits so many runs, and waits until the last of them is half-way: some of its work is done
   * and some is not. They take few seconds; where a partition was on its way between runners for as
   * long, they are over when they are first seen, and others are submitted.
   */
  static List<String> submitAndGetHalfWay(TestSystem system, int runs) {
    return TestSystem.patiently()
        .until(
            () -> submit(system.client(), runs),
            ids ->
                isHalfWay(
                    system.awaitRun(ids.get(runs - 1), run -> isHalfWay(run) || isOver(run))));
  }

  private static boolean isOver(RunView run) {
    return FlowClient.ENDED.contains(run.state());
  }

  private static boolean isHalfWay(RunView run) {
    ElementsView elements = TestSystem.stage(run, "each/one").elements();
    return elements != null && elements.succeeded() >= 2 && run.endedAt() == null;
  }

  /** Expects a whole run: every stage succeeded at its first attempt, and the right output. */
  static void assertComplete(RunView run, int number) {
    assertThat(run.state()).as(run.toString()).isEqualTo("SUCCEEDED");
    assertThat(run.pipelines().stream().flatMap(p -> p.stages().stream()))
        .hasSize(8)
        .allSatisfy(ThreePipelines::assertSucceededOnce);
    ObjectNode source = JsonNodeFactory.instance.objectNode();
    for (String stage : List.of("a", "b", "c")) {
      source.set(stage, input(number));
    }
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    merged.set("source", source);
    merged.set("each", input(number));
    assertThat(run.output().get("report")).isEqualTo(merged);
  }

  private static void assertSucceededOnce(StageView stage) {
    assertThat(stage.state()).as(stage.name()).isEqualTo("SUCCEEDED");
    if (stage.name().equals("one")) {
      assertThat(stage.elements()).isEqualTo(new ElementsView(ELEMENTS, ELEMENTS, ELEMENTS, 0));
    } else {
      assertThat(stage.attempts()).extracting(AttemptView::number).containsExactly(1);
    }
  }

  static JsonNode input(int number) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    IntStream.range(0, ELEMENTS).forEach(i -> list.add(number * 100 + i));
    return list;
  }
}
