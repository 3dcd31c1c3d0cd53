package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.FakePartition.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.MissingCompletion;
import io.tierflow.machine.schedule.ScheduleState;
import io.tierflow.schemas.ApplyFlow;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.ScheduledRunEnded;
import io.tierflow.schemas.StageTask;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A schedule every ten minutes, each due time to be done within five. */
class ScheduleDeskTest {

  private static final Duration FIVE = Duration.ofMinutes(5);
  private static final Instant DUE = NOW.plus(Duration.ofMinutes(10));
  private static final Instant NEXT = DUE.plus(Duration.ofMinutes(10));
  private static final Instant THIRD = NEXT.plus(Duration.ofMinutes(10));

  private final FakePartition partition = new FakePartition();
  private int applied;

  @Test
  void whatIsLateOrLeftOutIsOneFlagUntilALaterDueTimeIsDone() {
    apply("complete-within: 5m");
    goOn(DUE);
    StageTask first = task(0);
    goOn(DUE.plus(FIVE));
    assertThat(missing())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.flow()).isEqualTo("f");
              assertThat(it.reason()).isEqualTo("SCHEDULE_MISSED");
              assertThat(it.runId()).isEqualTo(first.getRunId());
              assertThat(it.dueAt()).isEqualTo(DUE);
              assertThat(it.since()).isEqualTo(DUE.plus(FIVE));
              assertThat(it.detail()).isEqualTo("its run has not ended");
            });
    goOn(NEXT);
    goOn(NEXT.plus(FIVE));
    assertThat(missing())
        .singleElement()
        .satisfies(it -> assertThat(it.detail()).endsWith("the last due at " + NEXT));

    partition.succeed(first, "1");
    partition.takePosted();
    assertThat(standing()).as("the last that was missed is not done").isEqualTo(1);
    goOn(THIRD);
    partition.succeed(task(1), "1");
    partition.takePosted();

    assertThat(standing()).isZero();
    assertThat(missing())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.clearedAt()).isEqualTo(THIRD);
              assertThat(it.clearedBy()).isEqualTo("what was due at " + THIRD + " is done");
            });
    assertThat(told())
        .containsExactly(
            "MISSING_FLAGGED " + DUE + " its run has not ended",
            "MISSING_CLEARED " + DUE + " what was due at " + THIRD + " is done");
    goOn(THIRD.plus(FIVE));
    assertThat(missing()).as("five minutes after it has cleared").isEmpty();
  }

  @Test
  void aFailedRunIsMissedAtTheLatestCompletionAndAReplayOfItClears() {
    apply("complete-within: 5m");
    goOn(DUE);
    partition.fail(task(0));
    partition.takePosted();
    assertThat(missing()).isEmpty();
    goOn(DUE.plus(FIVE));
    assertThat(missing())
        .singleElement()
        .satisfies(it -> assertThat(it.detail()).isEqualTo("its run failed"));

    partition.command("f", new ScheduledRunEnded("a replay", DUE, "SUCCEEDED"));
    assertThat(standing()).isZero();
  }

  @Test
  void whatNoRunnerWasThereForIsFlaggedAtOnceAndARunnerThatTakesOverKnowsIt() {
    apply("complete-within: 5m");
    goOn(THIRD.plusSeconds(1));
    assertThat(missing())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.runId()).isNull();
              assertThat(it.dueAt()).isEqualTo(DUE);
              assertThat(it.detail())
                  .startsWith("it has no run, since no runner was there for it")
                  .endsWith("the last due at " + NEXT);
            });
    partition.restart();
    assertThat(standing()).isEqualTo(1);

    apply("");
    assertThat(standing()).as("nobody wants to know any more").isZero();
    assertThat(missing())
        .singleElement()
        .satisfies(
            it -> assertThat(it.clearedBy()).isEqualTo("the schedule is not watched any more"));
  }

  @Test
  void flagsThatCannotBeReadStopNobody() {
    apply("complete-within: 5m");
    goOn(DUE);
    goOn(DUE.plus(FIVE));
    partition.store(Stores.FLOWS).put(StoreKeys.missed("f"), new byte[] {(byte) 0xff, 0, 1});
    partition.restart();
    assertThat(standing()).isZero();
    goOn(NEXT);
    assertThat(standing()).as("the schedule itself still knows it").isEqualTo(1);
  }

  @Test
  void aScheduleThatCannotBeReadIsSetAsideAndGoesOnWhenItsFlowIsAppliedAgain() {
    apply("complete-within: 5m");
    goOn(DUE);
    goOn(DUE.plus(FIVE));
    partition.store(Stores.FLOWS).put(StoreKeys.schedule("f"), new byte[] {(byte) 0xff, 0, 1});
    partition.restart();

    goOn(NEXT);
    assertThat(partition.tasks()).hasSize(1);
    assertThat(partition.deadLetters())
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.getReason().getMessage())
                    .startsWith("the schedule of flow f cannot be read")
                    .contains("apply the flow again to plan it anew"));

    apply("complete-within: 5m");
    assertThat(standing()).as("the flag is known apart from it").isEqualTo(1);
    partition.succeed(task(0), "1");
    partition.takePosted();
    goOn(THIRD);
    partition.succeed(task(1), "1");
    partition.takePosted();

    assertThat(standing()).isZero();
    assertThat(told()).last().asString().startsWith("MISSING_CLEARED " + DUE);
    assertThat(partition.deadLetters()).hasSize(1);
  }

  @Test
  void aScheduleThatCannotBeReadIsFlaggedOnceUntilItsWorkIsDoneAgain() {
    apply("complete-within: 5m");
    damage();

    goOn(DUE);
    assertThat(missing())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.reason()).isEqualTo("SCHEDULE_MISSED");
              assertThat(it.runId()).isNull();
              assertThat(it.dueAt()).isEqualTo(DUE);
              assertThat(it.since()).isEqualTo(DUE);
              assertThat(it.detail())
                  .isEqualTo(
                      "nothing of its schedule is run: a dead letter says why; apply the flow"
                          + " again");
            });
    partition.takeAgain();
    goOn(DUE.plus(Timers.PUT_OFF).plusSeconds(1));
    assertThat(partition.deadLetters()).as("its waking was tried again").hasSize(3);
    assertThat(told()).hasSize(1);
    assertThat(standing()).isEqualTo(1);

    apply("complete-within: 5m");
    assertThat(standing()).as("nothing is done yet").isEqualTo(1);
    goOn(partition.now().plus(Duration.ofMinutes(10)));
    partition.succeed(task(0), "1");
    partition.takePosted();
    assertThat(standing()).isZero();
    assertThat(told()).hasSize(2);
  }

  @Test
  void aScheduleThatIsNotWatchedIsFlaggedWhileItCannotBeRead() {
    apply("");
    damage();
    goOn(DUE);
    assertThat(standing()).isEqualTo(1);

    apply("");
    assertThat(standing()).isZero();
    goOn(NEXT);
    assertThat(partition.tasks()).hasSize(1);
  }

  @Test
  void aScheduleWhoseFlowCannotBeReadIsFlaggedUntilItsWorkIsDoneAgain() {
    apply("complete-within: 5m");
    byte[] flow = partition.store(Stores.FLOWS).get(StoreKeys.flow("f"));
    partition.store(Stores.FLOWS).put(StoreKeys.flow("f"), new byte[] {(byte) 0xff, 0, 1});

    goOn(DUE);
    goOn(DUE.plus(Timers.PUT_OFF).plusSeconds(1));
    assertThat(partition.deadLetters()).as("its waking was tried again").hasSize(2);
    assertThat(told()).hasSize(1);
    assertThat(standing()).isEqualTo(1);

    partition.store(Stores.FLOWS).put(StoreKeys.flow("f"), flow);
    goOn(DUE.plus(Timers.PUT_OFF.multipliedBy(2)).plusSeconds(2));
    partition.tasks().forEach(task -> partition.succeed(task, "1"));
    partition.takePosted();
    assertThat(standing()).isZero();
    assertThat(told()).last().asString().startsWith("MISSING_CLEARED " + DUE);
  }

  private void damage() {
    partition.store(Stores.FLOWS).put(StoreKeys.schedule("f"), new byte[] {(byte) 0xff, 0, 1});
  }

  @Test
  void aScheduleThatCannotBeReadEndsWithTheVersionThatHasNone() {
    apply("complete-within: 5m");
    partition.store(Stores.FLOWS).put(StoreKeys.schedule("f"), new byte[] {(byte) 0xff, 0, 1});

    partition.take(
        partition.topics.commands(),
        "f",
        new Command(
            "f",
            "none",
            partition.now(),
            new ApplyFlow(
                RunProcessorTest.definition(
                    "flow: f\nclass: small\n"
                        + "pipelines: {p: {stages: [{stage: a, handler: echo}]}}"))));
    goOn(NEXT);

    assertThat(partition.tasks()).isEmpty();
    assertThat(partition.deadLetters()).isEmpty();
  }

  @Test
  void aRunThatIsSubmittedAgainWhenItsVersionIsGoneFollowsTheNewest() {
    apply("");
    partition.tick(DUE);
    Command woken = partition.sent(partition.topics.commands(), Command.class).get(0);
    partition.takePosted();
    partition.forgetSent(); // a crash took the submission
    for (int i = 1; i <= FlowDesk.KEPT_VERSIONS; i++) {
      apply("complete-within: " + i + "m");
    }

    partition.take(partition.topics.commands(), "f", woken);
    partition.takePosted();

    assertThat(partition.tasks())
        .singleElement()
        .satisfies(
            task -> {
              assertThat(task.getRunId()).isEqualTo(ScheduledRuns.id("f", DUE));
              assertThat(task.getFlowVersion()).isEqualTo(FlowDesk.KEPT_VERSIONS + 1);
            });
  }

  /** As it was kept before latest completions were watched for due times without a run. */
  private record OlderState(
      String timing, Instant dealtWith, List<ScheduleState.Started> open, List<Instant> waiting) {}

  @Test
  void whatAnOlderVersionKeptGoesOnAndIsWatched() {
    apply("complete-within: 5m");
    goOn(DUE);
    ScheduleState state =
        EntryCodec.decode(
            partition.store(Stores.FLOWS).get(StoreKeys.schedule("f")), ScheduleState.class);
    OlderState older =
        new OlderState(state.timing(), state.dealtWith(), state.open(), state.waiting());
    partition.store(Stores.FLOWS).put(StoreKeys.schedule("f"), EntryCodec.encode(older));
    partition.restart();

    goOn(DUE.plus(FIVE));
    assertThat(standing()).isEqualTo(1);
    partition.command(
        "f",
        ScheduledRunEnded.newBuilder()
            .setRunId(ScheduledRuns.id("f", DUE))
            .setScheduledAt(DUE)
            .build());
    assertThat(standing()).as("an older runner does not say that it failed").isZero();
  }

  private void apply(String schedule) {
    String definition =
        RunProcessorTest.definition(
            """
            flow: f
            class: small
            every: 10m
            schedule: {%s}
            retry: {attempts: 1}
            pipelines: {p: {stages: [{stage: a, handler: echo}]}}
            """
                .formatted(schedule));
    Command command =
        new Command("f", "apply " + ++applied, partition.now(), new ApplyFlow(definition));
    partition.take(partition.topics.commands(), "f", command);
  }

  /** Lets the time come to then, and all that is due by it. */
  private void goOn(Instant then) {
    partition.tick(then);
    while (partition.takePosted() > 0) {
      partition.tick(then);
    }
  }

  private StageTask task(int index) {
    return partition.tasks().get(index);
  }

  private double standing() {
    return partition
        .meters
        .get("tierflow.missing")
        .tag("reason", "SCHEDULE_MISSED")
        .gauge()
        .value();
  }

  private List<MissingCompletion> missing() {
    byte[] flags = partition.store(Stores.FLOWS).get(StoreKeys.missed("f"));
    return flags == null
        ? List.of()
        : EntryCodec.decode(flags, ScheduleFlags.Flags.class).completions().toList();
  }

  private List<String> told() {
    return partition.sent(partition.topics.events(), RunEvents.class).stream()
        .filter(events -> events.getRunId().isEmpty() && events.getFlow().equals("f"))
        .flatMap(events -> events.getEvents().stream())
        .map(
            event ->
                event.getType()
                    + (" " + event.getDetail().get("dueAt"))
                    + (" " + event.getDetail().get("detail")))
        .distinct()
        .toList();
  }
}
