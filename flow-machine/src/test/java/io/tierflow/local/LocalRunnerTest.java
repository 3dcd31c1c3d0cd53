package io.tierflow.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.client.MissingView;
import io.tierflow.client.PipelineView;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Flow;
import io.tierflow.flow.builder.PipelineBuilder;
import io.tierflow.flow.file.InvalidFlowException;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import io.tierflow.machine.RunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LocalRunnerTest {

  private final List<String> called = new ArrayList<>();
  private final LocalRunner runner =
      LocalRunner.with(
          StageHandler.of("fetch", JsonNode.class, (input, context) -> input),
          StageHandler.of("double", Integer.class, (input, context) -> input * 2),
          StageHandler.of(
              "model",
              JsonNode.class,
              (input, context) -> {
                called.add(context.idempotencyKey() + "#" + context.attempt());
                return fitted(input, context.resourceClass());
              }),
          StageHandler.of(
              "picky",
              JsonNode.class,
              (input, context) -> {
                throw StageException.retryAfter(Duration.ofMinutes(5), "the source is busy");
              }),
          StageHandler.of(
              "broken",
              JsonNode.class,
              (input, context) -> {
                throw new IllegalStateException("no such station");
              }));

  @Test
  void theSameFlowRunsFromInputToOutput() throws InvalidFlowException {
    LocalRun run = runner.run(report(), "{\"station\": 7}");

    assertThat(run.output())
        .hasToString("{\"report\":{\"source\":{\"station\":7},\"fittedOn\":\"small\"}}");
    assertThat(run.view().pipelines()).extracting(PipelineView::state).containsOnly("SUCCEEDED");
    assertThat(called).containsExactly("local-1/report/model#1");
  }

  @Test
  void aStageThatRunsOutOfMemoryIsTriedOnTheLargerTier() throws InvalidFlowException {
    runner.fail("report/model", FailureKind.OUT_OF_MEMORY);

    LocalRun run = runner.run(report(), "{}");

    assertThat(run.history("report/model"))
        .isEqualTo("DISPATCHED#1 FAILED#1 DISPATCHED#2 SUCCEEDED#2");
    assertThat(run.stage("report/model").resourceClass()).isEqualTo("large");
    assertThat(run.output().at("/report/fittedOn").asText()).isEqualTo("large");
  }

  @Test
  void aRateIsKeptByTheRunnersClockOverAllOfItsRuns() throws InvalidFlowException {
    Flow flow =
        flow(
            p ->
                p.stage("twice")
                    .handler("double")
                    .rate(3, Duration.ofMinutes(1))
                    .forEachElement(5, false));

    LocalRun run = runner.run(flow, "[1, 2, 3, 4, 5, 6, 7]");

    assertThat(run.output()).hasToString("{\"only\":[2,4,6,8,10,12,14]}");
    assertThat(
            run.log().lines().filter(line -> line.contains("DISPATCHED")).map(LocalRunnerTest::at))
        .containsExactly(0, 0, 0, 60_000, 60_000, 60_000, 120_000);
    assertThat(run.history("only/twice")).contains("HELD:RATE");

    LocalRun next = runner.start(flow, "[1, 2, 3]").advance(Duration.ofSeconds(59));
    assertThat(next.stage("only/twice").elements().heldFor()).isEqualTo("RATE");
    assertThat(next.finish().log().lines().filter(line -> line.contains("DISPATCHED")))
        .extracting(LocalRunnerTest::at)
        .containsExactly(0, 0, 60_000);
  }

  @Test
  void anAttemptThatComesBackWaitsForItsRateAndHoldsUpNoOther() throws InvalidFlowException {
    Flow flow =
        flow(
            p ->
                p.parallel(
                    side ->
                        side.stage("asked")
                            .handler("fetch")
                            .rate(1, Duration.ofHours(1))
                            .attempts(2)
                            .and()
                            .stage("free")
                            .handler("fetch")));
    runner.fail("only/asked", FailureKind.HANDLER_ERROR);

    LocalRun run = runner.run(flow, "{}");

    assertThat(run.history("only/asked"))
        .isEqualTo("DISPATCHED#1 FAILED#1 HELD#2 DISPATCHED#2 SUCCEEDED#2");
    assertThat(run.log().lines().filter(line -> line.contains("only/asked DISPATCHED#2")))
        .singleElement()
        .extracting(LocalRunnerTest::at)
        .isEqualTo(3_600_000);
    assertThat(run.log().lines().filter(line -> line.contains("only/free SUCCEEDED")))
        .singleElement()
        .extracting(LocalRunnerTest::at)
        .isEqualTo(0);
  }

  private static int at(String line) {
    return Integer.parseInt(line.substring(1, line.indexOf(' ')));
  }

  @Test
  void aRetrysWaitCostsNoTimeButShowsOnTheClock() throws InvalidFlowException {
    Flow flow = flow(p -> p.stage("ask").handler("picky").attempts(3));

    LocalRun run = runner.run(flow, "{}");

    assertThat(run.history("only/ask"))
        .isEqualTo("DISPATCHED#1 FAILED#1 DISPATCHED#2 FAILED#2 DISPATCHED#3 FAILED#3 FAILED");
    assertThat(Duration.between(LocalClock.START, runner.clock().instant()))
        .isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void aRunThatFailedTellsWhyWhenItsOutputIsAskedFor() throws InvalidFlowException {
    LocalRun run = runner.run(flow(p -> p.stage("read").handler("broken")), "{}");

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThatThrownBy(run::output)
        .hasMessageContaining("found FAILED: HANDLER_ERROR only/read")
        .hasMessageContaining("no such station")
        .hasMessageContaining("+0 ms only/read DISPATCHED#1 to small");
  }

  @Test
  void aHandlerThatNoWorkerHasFailsTheRun() throws InvalidFlowException {
    LocalRun run = runner.run(flow(p -> p.stage("s").handler("ftech").attempts(4)), "{}");

    assertThat(run.view().failure().kind()).isEqualTo("UNKNOWN_HANDLER");
    assertThat(run.view().failure().message()).contains("'ftech'").contains("fetch");
    assertThat(run.history("only/s")).isEqualTo("DISPATCHED#1 FAILED#1 FAILED");
  }

  @Test
  void anInputThatTheHandlerDoesNotTakeFailsTheStageAtOnce() throws InvalidFlowException {
    LocalRun run = runner.run(flow(p -> p.stage("s").handler("double").attempts(4)), "\"seven\"");

    assertThat(run.view().failure().kind()).isEqualTo("INVALID_INPUT");
    assertThat(run.history("only/s")).isEqualTo("DISPATCHED#1 FAILED#1 FAILED");
  }

  @Test
  void everyElementOfAForEachIsARunOfTheHandler() throws InvalidFlowException {
    Flow flow = flow(p -> p.stage("each").handler("double").forEachElement().attempts(2));
    runner.fail("only/each/1", FailureKind.HANDLER_ERROR);

    LocalRun run = runner.run(flow, "[1, 2, 3]");

    assertThat(run.output()).hasToString("{\"only\":[2,4,6]}");
    assertThat(run.history("only/each")).isEqualTo("FANNED_OUT*3 SUCCEEDED");
    assertThat(run.history("only/each/1"))
        .isEqualTo("DISPATCHED#1 FAILED#1 DISPATCHED#2 SUCCEEDED#2");
  }

  @Test
  void aLostWorkerIsNoticedByItsSilenceAndAnotherTakesTheNextAttempt() throws InvalidFlowException {
    Flow flow = flow(p -> p.stage("long").handler("fetch").lostAfter(Duration.ofSeconds(20)));
    runner.loseWorker("only/long");

    LocalRun run = runner.run(flow, "{}");

    assertThat(run.history("only/long"))
        .isEqualTo(
            "DISPATCHED#1 HANDED_OVER#1 HEARTBEAT_LOST#1 FAILED#1 DISPATCHED#2 SUCCEEDED#2 CLEARED");
    assertThat(Duration.between(run.view().startedAt(), run.view().endedAt()))
        .isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void aTaskThatNobodyTakesIsFlaggedUntilSomebodyDoes() throws InvalidFlowException {
    Flow flow = flow(p -> p.stage("wait").handler("fetch").startsWithin(Duration.ofMinutes(1)));
    runner.keepWaiting("only/wait", Duration.ofHours(1));

    LocalRun run = runner.start(flow, "{}").advance(Duration.ofMinutes(5));
    assertThat(run.view().missing())
        .singleElement()
        .returns("NOT_PICKED_UP", MissingView::reason)
        .returns(null, MissingView::clearedAt);

    run.finish();
    assertThat(run.view().missing())
        .singleElement()
        .returns(LocalClock.START.plus(Duration.ofHours(1)), MissingView::clearedAt);
  }

  @Test
  void stagesThatTakeTheirTimeOverlap() throws InvalidFlowException {
    Flow flow =
        Flow.named("service")
            .on("small")
            .pipeline("a", p -> p.stage("s").handler("fetch"))
            .pipeline("b", p -> p.stage("s").handler("fetch"))
            .pipeline("c", p -> p.after("a", "b").stage("s").handler("fetch"))
            .build();
    runner.takes("a/s", Duration.ofSeconds(20)).takes("b/s", Duration.ofSeconds(6));
    runner.takes("c/s", Duration.ofSeconds(61));

    LocalRun run = runner.run(flow, "{}");

    assertThat(Duration.between(run.view().submittedAt(), run.view().endedAt()))
        .isEqualTo(Duration.ofSeconds(81));
  }

  @Test
  void aHandlerThatMovesTheClockTakesThatLong() throws InvalidFlowException {
    LocalRunner[] itself = new LocalRunner[1];
    itself[0] =
        LocalRunner.with(
            StageHandler.of(
                "slow",
                JsonNode.class,
                (input, context) -> {
                  itself[0].clock().advance(Duration.ofSeconds(3));
                  return input;
                }));
    Flow flow = flow(p -> p.stage("s").handler("slow").runsAtMost(Duration.ofSeconds(2)));

    LocalRun run = itself[0].run(flow, "{}");

    assertThat(run.view().failure().kind()).isEqualTo("TIMED_OUT");
  }

  @Test
  void anAttemptThatTakesLongerThanItsTimeoutIsStopped() throws InvalidFlowException {
    Flow flow = flow(p -> p.stage("s").handler("model").runsAtMost(Duration.ofSeconds(30)));
    runner.takes("only/s", Duration.ofSeconds(31));

    LocalRun run = runner.run(flow, "{}");

    assertThat(run.history("only/s")).isEqualTo("DISPATCHED#1 STARTED#1 FAILED#1 FAILED");
    assertThat(run.view().failure().message())
        .isEqualTo("only/s: ran longer than its run timeout of 30000 ms");
    assertThat(called).isEmpty();
  }

  @Test
  void aRunCanBeCancelledWhileAStageIsOut() throws InvalidFlowException {
    runner.takes("report/model", Duration.ofMinutes(2));

    LocalRun run = runner.start(report(), "{}").advance(Duration.ofMinutes(1)).cancel();

    assertThat(run.state()).isEqualTo(RunState.CANCELLED);
    assertThat(run.history("source/fetch")).isEqualTo("DISPATCHED#1 SUCCEEDED#1");
    assertThat(run.history("report/model")).isEqualTo("DISPATCHED#1 STARTED#1 CANCELLED");
  }

  @Test
  void aSeedGivesAnotherOrderAndTheSameEveryTime() throws InvalidFlowException {
    Flow flow = flow(p -> p.stage("each").handler("double").forEachElement());
    String list = "[1, 2, 3, 4, 5, 6, 7, 8]";
    Set<String> orders = new HashSet<>();
    for (long seed = 0; seed < 5; seed++) {
      String order = runner.shuffled(seed).run(flow, list).log();
      assertThat(runner.shuffled(seed).run(flow, list).log()).isEqualTo(order);
      orders.add(order);
    }
    assertThat(orders).hasSize(5);
  }

  @Test
  void aMisspeltStageIsRefusedBeforeTheRun() throws InvalidFlowException {
    Flow flow = report();
    runner.fail("report/modle", FailureKind.HANDLER_ERROR);

    assertThatThrownBy(() -> runner.run(flow, "{}"))
        .hasMessage(
            "flow 'weather' has no stage 'report/modle': expected one of [source/fetch,"
                + " report/model], or an element of a for-each such as pipeline/stage/0");
  }

  @Test
  void anInputThatIsNotJsonIsRefused() throws InvalidFlowException {
    Flow flow = report();

    assertThatThrownBy(() -> runner.run(flow, "{station: 7}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input: expected JSON");
    assertThatThrownBy(() -> runner.run(flow, ""))
        .hasMessage("input: expected JSON, found nothing");
  }

  private static Flow report() throws InvalidFlowException {
    return Flow.named("weather")
        .on("small")
        .pipeline("source", p -> p.stage("fetch").handler("fetch"))
        .pipeline(
            "report", p -> p.after("source").stage("model").handler("model").onOutOfMemory("large"))
        .build();
  }

  private static Flow flow(Consumer<PipelineBuilder> says) throws InvalidFlowException {
    return Flow.named("test").on("small").pipeline("only", says).build();
  }

  private static ObjectNode fitted(JsonNode input, String tier) {
    ObjectNode model = JsonNodeFactory.instance.objectNode();
    model.setAll((ObjectNode) input);
    return model.put("fittedOn", tier);
  }
}
