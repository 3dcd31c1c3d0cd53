package io.tierflow.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tierflow.client.BudgetView;
import io.tierflow.flow.Flow;
import io.tierflow.flow.builder.FlowBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BudgetTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static FlowBuilder usual(FlowBuilder flow) {
    return flow.autoDeadline()
        .autoQueue()
        .autoRun()
        .pipeline("p", p -> p.stage("a").handler("h").attempts(2));
  }

  @Test
  void aLimitIsTwiceThe99thPercentileOfWhatIsKnown() {
    long[] seconds = LongStream.rangeClosed(1, 200).map(i -> i * 1000).toArray();

    Budget budget = Budget.of(Series.ofRuns("f"), seconds);

    assertThat(budget.p99()).isEqualTo(Duration.ofSeconds(198));
    assertThat(budget.atMost()).isEqualTo(Duration.ofSeconds(396));
    assertThat(budget.runs()).isEqualTo(200);
  }

  @Test
  void nothingIsLimitedByTooFewRunsNorToLessThanFiveSeconds() {
    long[] few = LongStream.range(0, Budget.MINIMUM_RUNS - 1).toArray();
    long[] short20 = LongStream.range(0, Budget.MINIMUM_RUNS).toArray();

    assertThat(Budget.of(Series.ofRuns("f"), few).atMost()).isNull();
    assertThat(Budget.of(Series.ofRuns("f"), few).p99()).isEqualTo(Duration.ofMillis(18));
    assertThat(Budget.of(Series.ofRuns("f"), new long[0]).p99()).isNull();
    assertThat(Budget.of(Series.ofRuns("f"), short20).atMost()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aStageIsMeasuredByItsPastOnTheClassThatItGoesTo() {
    Flow flow = usual(Flow.named("f").on("small")).build();
    long[] minutes = LongStream.generate(() -> 60_000).limit(20).toArray();

    List<Budget> budgets =
        Budgets.of(
            Plan.of(flow, 1),
            Map.of("p/a", "large"),
            series -> "large".equals(series.resourceClass()) ? minutes : new long[0]);

    assertThat(budgets)
        .extracting(Budget::kind, Budget::atMost)
        .containsExactly(
            tuple(Budget.Kind.DEADLINE, null),
            tuple(Budget.Kind.QUEUE, MINUTE.multipliedBy(2)),
            tuple(Budget.Kind.RUN, MINUTE.multipliedBy(2)));
  }

  @Test
  void whatTakesMuchLongerThanUsualIsFlaggedAndNotStopped() {
    ARun run = ARun.heldTo(List.of(budget(Budget.Kind.RUN, MINUTE)), BudgetTest::usual);

    run.after(Duration.ofSeconds(30)).starts("p/a").after(Duration.ofSeconds(59));
    assertThat(run.missing()).isEmpty();
    run.after(Duration.ofSeconds(1));
    assertThat(run.missing()).containsExactly("OVERDUE p/a");
    run.after(Duration.ofDays(1));
    assertThat(run.state("p/a")).isEqualTo(StageState.RUNNING);

    run.succeeds("p/a");
    assertThat(run.missing()).isEmpty();
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void anAttemptWhoseWorkerIsHeardOfIsFlaggedAllTheSame() {
    ARun run = ARun.heldTo(List.of(budget(Budget.Kind.RUN, MINUTE)), BudgetTest::usual);

    run.startsHandedOver("p/a", Duration.ofHours(1)).after(MINUTE);

    assertThat(run.missing()).containsExactly("OVERDUE p/a");
  }

  @Test
  void aTaskThatWaitsMuchLongerThanUsualIsFlagged() {
    ARun run = ARun.heldTo(List.of(budget(Budget.Kind.QUEUE, MINUTE)), BudgetTest::usual);

    run.after(MINUTE.minusMillis(1));
    assertThat(run.missing()).isEmpty();
    run.after(Duration.ofMillis(1));
    assertThat(run.missing()).containsExactly("NOT_PICKED_UP p/a");
  }

  @Test
  void aRunThatTakesMuchLongerThanUsualIsFlagged() {
    Budget deadline = new Budget(Budget.Kind.DEADLINE, null, null, MINUTE, MINUTE, 20);
    ARun run = ARun.heldTo(List.of(deadline), BudgetTest::usual);

    run.again().after(MINUTE);
    assertThat(run.missing()).containsExactly("RUN_OVERDUE");
    run.succeeds("p/a");

    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.wait(Deadline.Kind.RUN)).isEmpty();
    assertThat(run.view().budgets())
        .containsExactly(new BudgetView("DEADLINE", null, null, 60_000L, 60_000L, 20, 20, 2));
  }

  @Test
  void asLongAsTooLittleIsKnownWhatHoldsWithoutHistoryDoes() {
    Budget unknown = new Budget(Budget.Kind.RUN, "p", "a", null, MINUTE, 3);
    Budget queue = new Budget(Budget.Kind.QUEUE, "p", "a", null, null, 0);
    ARun run = ARun.heldTo(List.of(unknown, queue), BudgetTest::usual);

    run.after(Checks.DEFAULT_QUEUE.minusMillis(1));
    assertThat(run.missing()).isEmpty();
    run.after(Duration.ofMillis(1));
    assertThat(run.missing()).containsExactly("NOT_PICKED_UP p/a");
    run.startsHandedOver("p/a", Duration.ofDays(2)).after(Duration.ofDays(1));
    assertThat(run.missing()).isEmpty();
  }

  private static Budget budget(Budget.Kind kind, Duration atMost) {
    return new Budget(kind, "p", "a", atMost, atMost, 20);
  }
}
